-- A key has one successor in its line; a line is a purpose and an algorithm.
ALTER TABLE signing_keys ADD COLUMN purpose TEXT NOT NULL DEFAULT 'tokens';

UPDATE signing_keys SET purpose = 'decryption' WHERE alg IN ('RSA-OAEP-256', 'ECDH-ES');

ALTER TABLE signing_keys DROP CONSTRAINT signing_keys_alg_predecessor_key;

ALTER TABLE signing_keys ADD UNIQUE (purpose, alg, predecessor);
