-- One row for each code that became tokens: the refresh family, the audit event and the person's access history in one.
CREATE TABLE grants (
    id UUID PRIMARY KEY,
    redemption_id UUID NOT NULL,
    client_id TEXT NOT NULL,
    person_id UUID NOT NULL,
    session_id UUID NOT NULL,
    scope TEXT NOT NULL,
    claims TEXT,
    resource TEXT,
    auth_time BIGINT NOT NULL,
    acr TEXT NOT NULL,
    amr TEXT NOT NULL,
    offline BOOLEAN NOT NULL,
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    revoked_at BIGINT
) WITHOUT ROWID;

CREATE INDEX grants_person ON grants (person_id, id);
CREATE INDEX grants_session ON grants (session_id);

CREATE TABLE audit_events (
    id UUID PRIMARY KEY,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    person_id UUID,
    client_id TEXT,
    session_id UUID,
    detail TEXT
) WITHOUT ROWID;

CREATE INDEX audit_events_person ON audit_events (person_id, id);
