-- A mark that no commit overtakes: whoever read all that was committed below the oldest running transaction has missed
-- nothing, whatever the clocks say.
ALTER TABLE invalidations ADD COLUMN mark BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint);

CREATE INDEX invalidations_mark ON invalidations (mark);

-- Refused tries are counts, not acts: one row for each account or network and minute.
CREATE TABLE refused_sign_ins (
    minute BIGINT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('sign_in_refused', 'sign_in_delayed')),
    person_id UUID NOT NULL,
    network TEXT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (minute, person_id, network, act)
);
