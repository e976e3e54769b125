-- The trail is the queue: event, invocation and attempt hold what was accepted, what is to be done
-- and what was done. The rest is small and lives in the memory of every node as well.

create type delivery_status as enum (
  'unknown',
  'accepted',
  'success',
  'failed',
  'timeout',
  'circuit broken',
  'throttled',
  'client error',
  'server error'
);

-- Values that belong to the database as a whole, such as the check of the secret key.
create table setting (
  name text primary key,
  value text not null
);

create table account (
  id bigint primary key,
  name text not null,
  profile text not null default 'durable' check (profile in ('durable', 'zendesk')),
  created_at timestamptz not null default now()
);

create table token (
  id uuid primary key,
  account_id bigint not null references account (id),
  name text not null,
  role text not null check (role in ('operator', 'admin', 'publish', 'read')),
  hash bytea not null unique,
  created_at timestamptz not null default now()
);

-- authentication and signing_secret are encrypted with HOOKTRAIL_SECRET_KEY. custom_headers and
-- external_source are json, not jsonb: what is read back has the order in which it was written.
create table webhook (
  id uuid primary key,
  account_id bigint not null references account (id),
  name text not null,
  description text,
  status text not null check (status in ('active', 'inactive')),
  subscriptions text[] not null,
  endpoint text not null,
  http_method text not null,
  request_format text not null,
  authentication bytea,
  custom_headers json,
  external_source json,
  signing_secret bytea not null,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz,
  updated_by text
);

-- The body is text, not bytea: the API accepts valid UTF-8 without U+0000 only, so the text is the
-- exact bytes, and half of the size of bytea's hexadecimal form on the wire.
create table event (
  account_id bigint not null,
  lane smallint not null,
  id uuid not null,
  type text not null,
  body text not null,
  primary key (lane, id)
) partition by range (id);

-- latest_at is the time by which lists are sorted: the completion of the latest attempt, or the
-- creation while there is none. due_at set means that there is work to do, null means final.
-- leased says that a node holds the row until due_at: a leased row that falls due belonged to a
-- node that died, and what it sent is unknown. Columns go from wide to narrow: no padding.
create table invocation (
  latest_at timestamptz not null,
  due_at timestamptz,
  attempts_count integer not null default 0,
  status delivery_status not null default 'accepted',
  lane smallint not null,
  status_code smallint,
  leased boolean not null default false,
  id uuid not null,
  webhook_id uuid not null,
  event_id uuid not null,
  event_type text not null,
  reason text,
  primary key (lane, id)
) partition by range (id);

create index invocation_latest on invocation (lane, webhook_id, latest_at desc, id desc);
create index invocation_status on invocation (lane, webhook_id, status, latest_at desc, id desc);
create index invocation_due on invocation (lane, webhook_id, due_at) where due_at is not null;

-- Partitioned by the id of its invocation, not by its own: all attempts of an invocation lie in one
-- partition whenever they were made, and the primary key holds each number once.
-- Header lists are JSON texts of [name, value, name, value, ...]; the database never looks inside.
create table attempt (
  number integer not null,
  duration_ms integer not null,
  status delivery_status not null,
  response_length integer,
  lane smallint not null,
  status_code smallint,
  invocation_id uuid not null,
  id uuid not null,
  error_message text,
  request_headers text not null,
  response_headers text,
  response_body text,
  primary key (lane, invocation_id, number)
) partition by range (invocation_id);

-- The first answer to a publisher's key, for 24 hours.
create table idempotency_key (
  account_id bigint not null,
  created_at timestamptz not null,
  lane smallint not null,
  key text not null,
  fingerprint bytea not null,
  answer text not null,
  primary key (lane, account_id, key)
);

create index idempotency_key_age on idempotency_key (lane, created_at);
