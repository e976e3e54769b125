-- What is archived of remote accounts, beside the trail. Nothing is ever delivered for these rows: no
-- statement of delivering names their tables. They have the columns of event, invocation and attempt that
-- lists and details read, and partitions of a month, because they are kept for years
-- (docs/decisions/archive-tables.md).

-- Only archived rows have it: the remote service gave the invocation up.
alter type delivery_status add value if not exists 'terminated';

-- A remote account whose trail is archived. Queries call it by its name: "local" is our own trail.
create table source (
  id uuid primary key,
  account_id bigint not null references account (id),
  name text not null check (name <> 'local'),
  created_at timestamptz not null default now(),
  unique (account_id, name)
);

-- A webhook of a source as it was last seen. Its id is ours, so that no source can claim another account's
-- ids. gone_at: when it was missing for the first time.
create table archive_webhook (
  id uuid primary key,
  account_id bigint not null references account (id),
  source_id uuid not null references source (id),
  remote_id text not null,
  name text not null,
  status text,
  endpoint text,
  http_method text,
  request_format text,
  subscriptions text[],
  seen_at timestamptz not null default now(),
  gone_at timestamptz,
  unique (source_id, remote_id)
);

create index archive_webhook_of_account on archive_webhook (account_id, id);

-- What was sent, where it is known. The id is ours, with the time of the first invocation that brought it;
-- its other invocations were created within a day. own_id is the id in its body. type is null where the
-- body has none, body where it was erased.
create table archive_event (
  account_id bigint not null,
  lane smallint not null,
  id uuid not null,
  source_id uuid not null,
  type text,
  body text,
  own_id text,
  primary key (lane, account_id, id)
) partition by range (id);

create index archive_event_own_id on archive_event (account_id, own_id, id) where own_id is not null;

-- id is the remote one, or one of ours where that is no id or lies in the future; then remote_id is the
-- remote one. status is unknown where the remote one is none of ours; then remote_status has it.
-- outcomes_count: rows of archive_attempt; attempts_count: those of them with a request.
create table archive_invocation (
  latest_at timestamptz not null,
  due_at timestamptz,
  resume_at timestamptz,
  archived_at timestamptz not null default now(),
  attempts_count integer not null default 0,
  outcomes_count integer not null default 0,
  status delivery_status not null,
  lost_count integer not null default 0,
  duration_ms integer,
  lane smallint not null,
  status_code smallint,
  blamed_count smallint not null default 0,
  leased boolean not null default false,
  manual boolean not null default false,
  delivered boolean not null default false,
  id uuid not null,
  webhook_id uuid not null,
  event_id uuid,
  event_type text,
  reason text,
  reason_code text,
  error_class text,
  trigger text,
  history text,
  remote_id text,
  remote_status text,
  primary key (lane, webhook_id, id)
) partition by range (id);

create index archive_invocation_latest
  on archive_invocation (lane, webhook_id, latest_at desc, id desc);
create index archive_invocation_status
  on archive_invocation (lane, webhook_id, status, latest_at desc, id desc);
create index archive_invocation_undelivered on archive_invocation (lane, webhook_id, id)
  where not delivered and status <> 'success'
    and (due_at is null or attempts_count > 0 or status = 'unknown');
create index archive_invocation_of_event on archive_invocation (lane, webhook_id, event_id)
  where event_id is not null;

-- An outcome of an archived invocation, numbered in order of completion. sent: a request was made; its
-- headers and answer are null where they were not archived. webhook_id is part of the key, because two
-- sources may archive one remote account: the ids of its invocations are then not unique.
create table archive_attempt (
  completed_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  number integer not null,
  duration_ms integer,
  status delivery_status not null,
  response_length integer,
  lane smallint not null,
  status_code smallint,
  sent boolean not null,
  manual boolean not null default false,
  webhook_id uuid not null,
  invocation_id uuid not null,
  id uuid not null,
  error_message text,
  request_headers text,
  response_headers text,
  response_body text,
  response_raw bytea,
  reason text,
  method text,
  url text,
  error_class text,
  phases bytea,
  remote_status text,
  primary key (lane, webhook_id, invocation_id, number)
) partition by range (invocation_id);
