-- Letters that were not brought yet, beside the person whom they concern or in any shard. `payload` (address, words, language)
-- is sealed under a data key. Who tries names the time of the next try first.
CREATE TABLE letters (
    id UUID NOT NULL,
    shard INTEGER NOT NULL,
    person_id UUID,
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'sms')),
    payload BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    given_up_at BIGINT,
    last_error TEXT,
    PRIMARY KEY (id, shard)
);

CREATE INDEX letters_due ON letters (channel, next_try_at) WHERE given_up_at IS NULL;
CREATE INDEX letters_person ON letters (person_id, shard);
