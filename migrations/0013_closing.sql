-- When an account closes that its person wants closed, unless they keep it until then.
ALTER TABLE people ADD COLUMN closes_at BIGINT;

CREATE INDEX people_closing ON people (closes_at) WHERE closes_at IS NOT NULL;
