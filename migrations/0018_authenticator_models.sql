-- What the operator imported last from the FIDO Metadata Service: one row, and one for each model of authenticators.
CREATE TABLE authenticator_metadata (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    serial BIGINT NOT NULL,
    next_update TEXT NOT NULL,
    imported_at BIGINT NOT NULL
);

CREATE TABLE authenticator_models (
    aaguid UUID PRIMARY KEY,
    description TEXT NOT NULL,
    statuses JSONB NOT NULL,
    anchors JSONB NOT NULL
);

-- The model of the device that made a passkey, where an attestation was asked for and believed. A former version knows none.
ALTER TABLE authenticators ADD COLUMN model UUID;
