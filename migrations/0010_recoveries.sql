-- Ways back in that were asked for: by an address, after a waiting time, or by an official's code, whose keyed digest it is.
CREATE TABLE recoveries (
    id UUID NOT NULL,
    shard INTEGER NOT NULL,
    person_id UUID NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('address', 'official')),
    digest BYTEA,
    began_at BIGINT NOT NULL,
    ready_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, shard, way)
);
