-- What a source lists against what arrived at an inbox, by webhook and hour of creation
-- (docs/decisions/reconcile.md). inbox_id: where the endpoint of the webhook leads; since when, and until when
-- that was seen. reconciled_at: what was created until then is compared.
alter table archive_webhook
  add column inbox_id uuid,
  add column inbox_since_at timestamptz,
  add column inbox_seen_at timestamptz,
  add column reconciled_at timestamptz;

create index archive_webhook_of_inbox on archive_webhook (source_id, inbox_id, id)
  where inbox_id is not null;

-- An hour without a row has all 0. from_at, to_at: what of the hour is compared.
create table reconcile_hour (
  source_id uuid not null references source (id),
  hour_at timestamptz not null,
  webhook_id uuid not null,
  inbox_id uuid not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  arrived integer not null,
  not_arrived integer not null,
  failed integer not null,
  failed_arrived integer not null,
  never_sent integer not null,
  not_listed integer not null,
  constraint reconcile_hour_pkey primary key (source_id, hour_at, webhook_id)
);

-- Which hours are to be compared (again), and when. A page of the log makes its hours due, so a change that
-- commits after a comparison began is compared next.
create table reconcile_due (
  source_id uuid not null references source (id),
  inbox_id uuid not null,
  hour_at timestamptz not null,
  due_at timestamptz not null,
  constraint reconcile_due_pkey primary key (source_id, inbox_id, hour_at)
);

create index reconcile_due_at on reconcile_due (due_at, hour_at);

-- The invocations behind the numbers of hours, except those that were listed as success and arrived: these are
-- all the others of their webhook. id is the sender's where it is not listed. event_id: what it arrived as.
create table reconcile_row (
  arrived_at timestamptz,
  lane smallint not null,
  webhook_id uuid not null,
  id uuid not null,
  kind text not null,
  event_id text,
  constraint reconcile_row_pkey primary key (lane, webhook_id, kind, id)
);
