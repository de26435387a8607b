-- How often, how, and by how many people a service was used on a day. `agency_id`: whose it was then. `counts`: how many there were
-- of what, by name. `people`: a sketch of who signed in, sealed; of hashes under a key that is wiped when its year is over.
CREATE TABLE figures (
    id UUID PRIMARY KEY,
    day BIGINT NOT NULL,
    service_id TEXT NOT NULL,
    agency_id TEXT NOT NULL,
    counts JSONB NOT NULL,
    people BYTEA NOT NULL,
    revision BIGINT NOT NULL,
    UNIQUE (day, service_id, agency_id)
);

-- Processes that count. `number`: what the attempts to redeem a code bear in their ids that are made there. `counted_until`: what
-- was redeemed there before is in the figures; what was later is in the process, and lost with it: whoever sees that it is gone
-- counts it again from the grants.
CREATE TABLE figure_collectors (
    id UUID PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    counted_until BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
