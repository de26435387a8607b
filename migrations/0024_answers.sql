-- How a request of an official with an `Idempotency-Key` was answered, for a day: asked again it is not done again, whatever
-- else is forgotten meanwhile. `id`: a digest of who asked, in which office, and of the key; `request`: one of what was asked.
-- While it is under way there is no `answer`; that is sealed.
CREATE TABLE kept_answers (
    id BYTEA PRIMARY KEY,
    request BYTEA NOT NULL,
    begun_at BIGINT NOT NULL,
    answer BYTEA
);

CREATE INDEX kept_answers_begun_at ON kept_answers (begun_at);

-- Lists of what one agency or one service has, and of what waits, are read by keys however long they are.
CREATE INDEX services_of_agency ON services (agency_id, id);
CREATE INDEX clients_of_service ON clients (service_id, id);
CREATE INDEX pending_acts_waiting ON pending_acts (id) WHERE state = 'waits';
