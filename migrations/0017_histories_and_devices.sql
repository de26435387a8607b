-- Which clients somebody's history tells of, up to an instant before which nothing is added any more: each with when it was
-- last there. What was read once is not read again.
CREATE TABLE histories (
    person_id UUID NOT NULL,
    shard INTEGER NOT NULL,
    read_until BIGINT NOT NULL,
    clients JSONB NOT NULL,
    PRIMARY KEY (person_id, shard)
);

CREATE INDEX histories_read ON histories (read_until);

-- For what services said that they need people's data, and since when: a history tells what was said then.
CREATE TABLE purposes (
    service_id TEXT NOT NULL,
    since BIGINT NOT NULL,
    purpose JSONB NOT NULL,
    PRIMARY KEY (service_id, since)
);

INSERT INTO purposes (service_id, since, purpose) SELECT id, 0, purpose FROM services;

-- How often a person's known browsers were forgotten: one that was known before is not known any more.
ALTER TABLE people ADD COLUMN devices BIGINT NOT NULL DEFAULT 0;
