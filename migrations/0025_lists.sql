-- What lists of rights go by: those that nobody took away, all of them and of one unit.
CREATE INDEX rights_standing ON rights (id) WHERE revoked_at IS NULL;
CREATE INDEX rights_of_unit ON rights (unit_id, id) WHERE revoked_at IS NULL;
