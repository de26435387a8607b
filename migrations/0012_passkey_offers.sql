-- From when on a passkey may be offered to a person again, in a browser that they did not use before.
ALTER TABLE people ADD COLUMN passkey_offer_after BIGINT;
