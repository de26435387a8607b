-- Days are numbers, 20250701; what has no end ends on 99991231. What holds from a day on holds until the next such day of
-- the same thing: it holds once at every instant, whoever writes, and in whatever order.
--
-- A circle cannot be written: what stands above has the smaller rank or depth, and a foreign key says which both have.

-- One row: whoever changes anything below changes it first, and so waits for whoever does.
CREATE TABLE hierarchy (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    revision BIGINT NOT NULL
);

INSERT INTO hierarchy (one, revision) VALUES (1, 0);

-- Layers of the hierarchy, the highest with the smallest rank.
CREATE TABLE levels (
    code TEXT PRIMARY KEY,
    rank BIGINT NOT NULL,
    name JSONB NOT NULL,
    UNIQUE (code, rank)
);

-- Branches of administration: justice, health, land.
CREATE TABLE branches (
    code TEXT PRIMARY KEY,
    depth BIGINT NOT NULL,
    name JSONB NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    UNIQUE (code, depth),
    CHECK (valid_from < valid_to)
);

CREATE TABLE branch_parents (
    branch TEXT NOT NULL,
    depth BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    parent TEXT,
    parent_depth BIGINT,
    PRIMARY KEY (branch, valid_from),
    FOREIGN KEY (branch, depth) REFERENCES branches (code, depth) ON UPDATE CASCADE ON DELETE CASCADE,
    FOREIGN KEY (parent, parent_depth) REFERENCES branches (code, depth) ON UPDATE CASCADE,
    CHECK ((parent IS NULL) = (parent_depth IS NULL)),
    CHECK (parent_depth < depth)
);

-- A code is one unit's at a time, and may be another's of the same level afterwards.
CREATE TABLE units (
    id UUID PRIMARY KEY,
    level TEXT NOT NULL,
    rank BIGINT NOT NULL,
    code TEXT NOT NULL,
    kind TEXT,
    name JSONB NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    UNIQUE (id, rank),
    UNIQUE (level, code, valid_from),
    UNIQUE (level, code, valid_to),
    FOREIGN KEY (level, rank) REFERENCES levels (code, rank) ON UPDATE CASCADE,
    CHECK (valid_from < valid_to)
);

CREATE TABLE unit_parents (
    unit_id UUID NOT NULL,
    rank BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    parent_id UUID NOT NULL,
    parent_rank BIGINT NOT NULL,
    PRIMARY KEY (unit_id, valid_from),
    FOREIGN KEY (unit_id, rank) REFERENCES units (id, rank) ON UPDATE CASCADE,
    FOREIGN KEY (parent_id, parent_rank) REFERENCES units (id, rank) ON UPDATE CASCADE,
    CHECK (parent_rank < rank)
);

-- What was done to the hierarchy at once: the import of a file, or a succession.
CREATE TABLE reorganizations (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('import', 'succession')),
    effective BIGINT NOT NULL,
    legal_basis TEXT,
    done_at BIGINT NOT NULL
);

-- What became of a unit. `portion`: ten-thousandths of it, where somebody says.
CREATE TABLE successions (
    id UUID PRIMARY KEY,
    reorganization_id UUID NOT NULL REFERENCES reorganizations (id),
    kind TEXT NOT NULL CHECK (kind IN ('merge', 'split', 'rename', 'abolish', 'transfer')),
    from_id UUID NOT NULL REFERENCES units (id),
    to_id UUID REFERENCES units (id),
    share TEXT NOT NULL CHECK (share IN ('all', 'default', 'part', 'none')),
    portion BIGINT CHECK (portion > 0 AND portion <= 10000),
    legal_basis TEXT,
    effective BIGINT NOT NULL,
    UNIQUE (from_id, effective, to_id),
    CHECK ((to_id IS NULL) = (kind = 'abolish')),
    CHECK ((share = 'none') = (kind = 'abolish')),
    CHECK (from_id <> to_id)
);

CREATE INDEX successions_to ON successions (to_id);

-- Agencies that were there before have always been, and will be.
ALTER TABLE agencies ADD COLUMN kind TEXT NOT NULL DEFAULT 'state'
    CHECK (kind IN ('state', 'party', 'mass_organization', 'state_enterprise', 'private'));
ALTER TABLE agencies ADD COLUMN depth BIGINT NOT NULL DEFAULT 0;
ALTER TABLE agencies ADD COLUMN valid_from BIGINT NOT NULL DEFAULT 10101;
ALTER TABLE agencies ADD COLUMN valid_to BIGINT NOT NULL DEFAULT 99991231;

CREATE UNIQUE INDEX agencies_depth ON agencies (id, depth);

-- Where an agency stands. `divided_id`: its unit was divided, and until somebody decides it stands where that unit stood.
CREATE TABLE agency_places (
    agency_id TEXT NOT NULL,
    depth BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    unit_id UUID REFERENCES units (id),
    branch TEXT REFERENCES branches (code),
    parent_id TEXT,
    parent_depth BIGINT,
    divided_id UUID REFERENCES units (id),
    PRIMARY KEY (agency_id, valid_from),
    FOREIGN KEY (agency_id, depth) REFERENCES agencies (id, depth) ON UPDATE CASCADE ON DELETE CASCADE,
    FOREIGN KEY (parent_id, parent_depth) REFERENCES agencies (id, depth) ON UPDATE CASCADE,
    CHECK ((parent_id IS NULL) = (parent_depth IS NULL)),
    CHECK (parent_depth < depth)
);

CREATE INDEX agency_places_unit ON agency_places (unit_id);
