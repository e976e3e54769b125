-- Addresses that receive webhooks from elsewhere and publish them as events of the account. Of a token only
-- the hash is stored; previous_hash is valid until previous_until. secrets: a JSON list, sealed.
create table inbox (
  account_id bigint not null references account (id),
  updated_at timestamptz not null,
  previous_until timestamptz,
  tolerance_seconds integer not null,
  id uuid not null,
  name text not null,
  scheme text not null,
  default_type text not null,
  type_header text,
  id_header text,
  token_hash bytea not null,
  previous_hash bytea,
  secrets bytea not null,
  constraint inbox_pkey primary key (account_id, id)
);
