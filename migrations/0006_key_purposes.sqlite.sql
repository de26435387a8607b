-- A key has one successor in its line; a line is a purpose and an algorithm.
CREATE TABLE lines_of_keys (
    kid TEXT PRIMARY KEY,
    alg TEXT NOT NULL,
    predecessor TEXT NOT NULL,
    custody TEXT NOT NULL CHECK (custody IN ('database', 'file')),
    public_jwk TEXT NOT NULL,
    private_key BYTEA,
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    revoked_at BIGINT,
    purpose TEXT NOT NULL DEFAULT 'tokens',
    UNIQUE (purpose, alg, predecessor)
);

INSERT INTO lines_of_keys (kid, alg, predecessor, custody, public_jwk, private_key, created_at, active_at, revoked_at, purpose)
    SELECT kid, alg, predecessor, custody, public_jwk, private_key, created_at, active_at, revoked_at,
        CASE WHEN alg IN ('RSA-OAEP-256', 'ECDH-ES') THEN 'decryption' ELSE 'tokens' END
    FROM signing_keys;

DROP TABLE signing_keys;

ALTER TABLE lines_of_keys RENAME TO signing_keys;
