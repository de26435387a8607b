-- A data key may have successors: `personal.1` after `personal`. One seals from `active_at` on (the first since it was made), and
-- is wiped when nothing is sealed under it any more.
ALTER TABLE data_keys ADD COLUMN active_at BIGINT;
ALTER TABLE data_keys ADD COLUMN retired_at BIGINT;

-- How far what is sealed in a place was gone over for a data key, round by round: up to which row, how many rows were seen, and how
-- many of them were sealed under another key still. A round that found none is the last.
CREATE TABLE reseals (
    number BIGINT NOT NULL,
    place TEXT NOT NULL,
    round BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    reached UUID NOT NULL,
    seen BIGINT NOT NULL,
    stale BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (number, place)
);
