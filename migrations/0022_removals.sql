-- How often something that a person proved themselves with was taken from them: what was offered before that is not added any
-- more, or a page of then would bring back what was removed since.
ALTER TABLE people ADD COLUMN removals BIGINT NOT NULL DEFAULT 0;
