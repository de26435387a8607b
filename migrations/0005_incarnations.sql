-- A client that is removed and declared again is another one, whatever its id: `clients.created_at`, which no update
-- changes, tells the two apart. What was granted bears it; rows of a former version have none and count where they are
-- not older than the client.
ALTER TABLE grants ADD COLUMN client_epoch BIGINT;

-- To whom consent was given: this incarnation of the client, for its service of its agency. None: nobody is meant any more.
ALTER TABLE consents ADD COLUMN holder TEXT;

UPDATE consents SET holder = (
    SELECT CAST(clients.created_at AS TEXT) || ' ' || COALESCE(services.id, '-') || ' ' || COALESCE(services.agency_id, '-')
    FROM clients LEFT JOIN services ON services.id = clients.service_id
    WHERE clients.id = consents.client_id AND clients.created_at <= consents.given_at
);

CREATE INDEX consents_client ON consents (client_id);
