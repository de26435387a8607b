-- Digest of the hash that a declaration gave: what it gives again is no change, whatever the password was hashed to since.
ALTER TABLE credentials ADD COLUMN declared BYTEA;

-- What goes over everybody once, in the order of their ids: up to whom it has come, and when it was over.
CREATE TABLE passes (
    name TEXT PRIMARY KEY,
    reached UUID NOT NULL,
    ended_at BIGINT
);
