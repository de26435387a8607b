-- A mark that no commit overtakes: SQLite has one writer at a time, and gives no number twice.
CREATE TABLE announcements (
    mark INTEGER PRIMARY KEY AUTOINCREMENT,
    id UUID NOT NULL UNIQUE,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('client', 'session', 'grant', 'person', 'consent', 'key')),
    subject TEXT NOT NULL
);

INSERT INTO announcements (id, at, kind, subject) SELECT id, at, kind, subject FROM invalidations ORDER BY at, id;

DROP TABLE invalidations;

ALTER TABLE announcements RENAME TO invalidations;

CREATE INDEX invalidations_at ON invalidations (at);

-- Refused tries are counts, not acts: one row for each account or network and minute.
CREATE TABLE refused_sign_ins (
    minute BIGINT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('sign_in_refused', 'sign_in_delayed')),
    person_id UUID NOT NULL,
    network TEXT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (minute, person_id, network, act)
) WITHOUT ROWID;
