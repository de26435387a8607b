-- The browser and the system of a session as they name themselves, in a few words: by these people tell their devices apart.
ALTER TABLE sessions ADD COLUMN device TEXT;
