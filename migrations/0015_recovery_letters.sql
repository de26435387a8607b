-- By which letters a person is told of a recovery that began by an address, and what became of each: 'brought', or 'refused' where
-- nobody can be reached there. One without an outcome is waited for. A recovery of a former version names no letters and waits for
-- none.
ALTER TABLE recoveries ADD COLUMN mail_letter UUID;
ALTER TABLE recoveries ADD COLUMN mail_outcome TEXT;
ALTER TABLE recoveries ADD COLUMN sms_letter UUID;
ALTER TABLE recoveries ADD COLUMN sms_outcome TEXT;
