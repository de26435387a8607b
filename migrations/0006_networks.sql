-- Where a person signed in of late: at most four keyed digests of 8 bytes, the latest first. A stranger's guesses from
-- elsewhere do not slow them down there.
ALTER TABLE people ADD COLUMN networks BYTEA;
