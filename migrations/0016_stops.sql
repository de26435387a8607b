-- What somebody stopped by the link of a letter: a link is used once, and says afterwards what it did.
CREATE TABLE stops (
    shard INTEGER NOT NULL,
    person_id UUID NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('recovery', 'change')),
    done_at BIGINT NOT NULL,
    stopped_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, shard, what, done_at)
);
