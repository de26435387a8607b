-- SQLite takes the space of deleted rows at once.
SELECT 1;
