-- Who may do what. A right is a row, which nothing rewrites but its end: after a reform of units it is where the successions
-- say. `granted_by` and whoever else acts: `machine`, `person:…` or `client:…`.
CREATE TABLE rights (
    id UUID PRIMARY KEY,
    person_id UUID,
    client_id TEXT,
    client_epoch BIGINT,
    role TEXT NOT NULL CHECK (role IN ('national-operator', 'unit-administrator', 'branch-administrator', 'registrar',
        'approver', 'support-desk', 'proofing-official', 'auditor')),
    unit_id UUID,
    branch TEXT,
    agency_id TEXT,
    subordinates BOOLEAN NOT NULL,
    may_delegate BOOLEAN NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    parent_id UUID REFERENCES rights (id),
    granted_by TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    approved_by TEXT,
    revoked_at BIGINT,
    revoked_by TEXT,
    CHECK ((person_id IS NULL) <> (client_id IS NULL)),
    CHECK ((client_id IS NULL) = (client_epoch IS NULL)),
    CHECK (agency_id IS NOT NULL OR NOT subordinates),
    CHECK (valid_until > valid_from)
);

CREATE INDEX rights_person ON rights (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX rights_client ON rights (client_id) WHERE client_id IS NOT NULL;

-- What waits for a second official. `seen`: the digest of what whoever asked saw; where it is another, the act is void.
CREATE TABLE pending_acts (
    id UUID PRIMARY KEY,
    act TEXT NOT NULL,
    deed JSONB NOT NULL,
    seen BYTEA NOT NULL,
    person_id UUID,
    asked_by TEXT NOT NULL,
    asked_right UUID,
    office TEXT,
    reason TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waits', 'approved', 'refused', 'void')),
    decided_by TEXT,
    decided_at BIGINT,
    done_at BIGINT,
    why TEXT
);

CREATE INDEX pending_acts_asked_at ON pending_acts (asked_at);
CREATE INDEX pending_acts_asked_by ON pending_acts (asked_by) WHERE state = 'waits';
CREATE INDEX pending_acts_person ON pending_acts (person_id) WHERE state = 'waits';

-- Who did it, in which office and why, where it was no act of the person's own.
ALTER TABLE audit_events ADD COLUMN actor TEXT;
ALTER TABLE audit_events ADD COLUMN office TEXT;
ALTER TABLE audit_events ADD COLUMN reason TEXT;
