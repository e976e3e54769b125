-- The ed25519 keys of a webhook whose deliveries carry `v1a` signatures, encrypted with HOOKTRAIL_SECRET_KEY,
-- like the signing secret: the current one, and the one before while both sign. Null: none was made yet.
alter table webhook add column signing_keys bytea;
