-- What a service or a client was, each time that it changed, and who changed it. Numbers begin with 1 and leave none out,
-- whatever comes and goes under the same id: `last` is counted up in the transaction of the change, and whoever changes the
-- same waits for that. `epoch`: the `created_at` of the client, for one that comes again under its id is another.
CREATE TABLE registration_subjects (
    kind TEXT NOT NULL CHECK (kind IN ('service', 'client')),
    subject TEXT NOT NULL,
    last BIGINT NOT NULL,
    gone_at BIGINT,
    PRIMARY KEY (kind, subject)
);

CREATE INDEX registration_subjects_gone_at ON registration_subjects (gone_at) WHERE gone_at IS NOT NULL;

-- `found`: it was there before anybody counted. Of a removal there is no state, and no secret is in any.
CREATE TABLE registration_versions (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    number BIGINT NOT NULL,
    epoch BIGINT,
    what TEXT NOT NULL CHECK (what IN ('found', 'created', 'changed', 'restored', 'removed')),
    restored BIGINT,
    at BIGINT NOT NULL,
    actor TEXT,
    office TEXT,
    reason TEXT,
    members JSONB NOT NULL,
    state JSONB,
    PRIMARY KEY (kind, subject, number),
    FOREIGN KEY (kind, subject) REFERENCES registration_subjects (kind, subject) ON DELETE CASCADE,
    CHECK ((state IS NULL) = (what = 'removed')),
    CHECK ((restored IS NULL) = (what <> 'restored'))
);

INSERT INTO registration_subjects (kind, subject, last) SELECT 'service', id, 1 FROM services;
INSERT INTO registration_subjects (kind, subject, last) SELECT 'client', id, 1 FROM clients;

INSERT INTO registration_versions (kind, subject, number, what, at, members, state)
SELECT 'service', id, 1, 'found', (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint, '[]'::jsonb,
    jsonb_build_object('agency', agency_id, 'name', name, 'purpose', purpose, 'legal_basis', legal_basis)
FROM services;

INSERT INTO registration_versions (kind, subject, number, epoch, what, at, members, state)
SELECT 'client', id, 1, created_at, 'found', (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint, '[]'::jsonb,
    jsonb_build_object('service', service_id, 'sector', sector, 'registered',
    EXISTS (SELECT 1 FROM registrations WHERE client_id = clients.id), 'metadata', metadata)
FROM clients;
