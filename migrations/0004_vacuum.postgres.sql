-- Rows that come and go within minutes: dead ones are taken away before readers must step over many of them.
ALTER TABLE used_assertions SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
ALTER TABLE invalidations SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
ALTER TABLE refused_sign_ins SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE outbox SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
