-- Who is called so and was born then, by a keyed digest of both, in the shard of the digest: several people may be.
CREATE TABLE births (
    digest BYTEA NOT NULL,
    shard INTEGER NOT NULL,
    person_id UUID NOT NULL,
    PRIMARY KEY (digest, shard, person_id)
);

-- What lives at one client, page by page.
CREATE INDEX families_client ON families (client_id, id);
