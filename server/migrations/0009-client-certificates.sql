-- The certificate chain and the private key that a webhook presents in the TLS handshake, encrypted
-- with HOOKTRAIL_SECRET_KEY, like authentication. Null: none.
alter table webhook add column client_certificate bytea;
