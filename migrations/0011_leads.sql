-- Where a sign-in with a password leads before it goes on: a password that is too short, a passkey that is offered; nowhere once
-- that was answered.
ALTER TABLE sessions ADD COLUMN lead TEXT;
