-- The attempt that made the invocation final: recording tells by it whether it was this one. Null while the
-- invocation waits, or where no attempt ended it.
alter table invocation add column settled_number integer;

-- A process that records, for one day: its deltas lie in the partition of the day in its id.
-- next_number, missing: how far its deltas are folded into the rollups. Everything below next_number is,
-- but for missing. low: the highest low of them.
create table writer (
  next_number bigint not null default 1,
  low bigint not null default 0,
  id uuid primary key,
  created_at timestamptz not null default now(),
  missing bigint[] not null default '{}'
);

create type delta_kind as enum ('accepted', 'attempted', 'parked', 'ended', 'replayed', 'void');

-- What one recording statement changed, in arrays that belong together by their places. number counts
-- the statements of its writer; none below low was in flight any more when this one was sent. A number
-- that is rolled back stays missing, or is void.
create table delta (
  number bigint not null,
  low bigint not null,
  made_at timestamptz not null,
  kind delta_kind not null,
  lane smallint not null,
  writer uuid not null,
  -- accepted
  event_ids uuid[],
  account_ids bigint[],
  first_invocation_ids uuid[],
  invocation_counts integer[],
  omitted_event_ids uuid[],
  -- accepted: one for each invocation, event by event; otherwise those of invocation_ids
  webhook_ids uuid[],
  lanes smallint[],
  invocation_ids uuid[],
  statuses delivery_status[],
  error_classes text[],
  settled boolean[],
  -- attempted
  numbers integer[],
  status_codes smallint[],
  durations_ms integer[],
  completed_at timestamptz[],
  primary key (writer, number, lane)
) partition by range (writer);

-- Compressing arrays of ids costs time and saves nothing.
alter table delta
  alter column event_ids set storage external,
  alter column account_ids set storage external,
  alter column first_invocation_ids set storage external,
  alter column invocation_counts set storage external,
  alter column omitted_event_ids set storage external,
  alter column webhook_ids set storage external,
  alter column lanes set storage external,
  alter column invocation_ids set storage external,
  alter column statuses set storage external,
  alter column error_classes set storage external,
  alter column settled set storage external,
  alter column numbers set storage external,
  alter column status_codes set storage external,
  alter column durations_ms set storage external,
  alter column completed_at set storage external;

-- Counts of what deltas say, by the minute, for each webhook and for each account. counted_id is the
-- webhook, or the account's number as a uuid. Every fold adds rows of its own and changes none.
-- buckets, bucket_counts: the attempts by duration (server/src/model/duration-buckets.ts).
create table rollup_minute (
  at timestamptz not null,
  duration_ms bigint not null,
  attempts bigint not null,
  settled bigint not null,
  reopened bigint not null,
  status delivery_status not null,
  lane smallint not null,
  counted_id uuid not null,
  fold uuid not null,
  error_class text not null,
  buckets smallint[],
  bucket_counts bigint[],
  primary key (lane, counted_id, at, status, error_class, fold)
) partition by range (at);

create table rollup_hour (
  at timestamptz not null,
  duration_ms bigint not null,
  attempts bigint not null,
  settled bigint not null,
  reopened bigint not null,
  status delivery_status not null,
  lane smallint not null,
  counted_id uuid not null,
  error_class text not null,
  buckets smallint[],
  bucket_counts bigint[],
  primary key (lane, counted_id, at, status, error_class)
);

create table rollup_day (
  at timestamptz not null,
  duration_ms bigint not null,
  attempts bigint not null,
  settled bigint not null,
  reopened bigint not null,
  status delivery_status not null,
  lane smallint not null,
  counted_id uuid not null,
  error_class text not null,
  buckets smallint[],
  bucket_counts bigint[],
  primary key (lane, counted_id, at, status, error_class)
);

-- The hours and days whose counts are to be made from their minutes or hours; until then these count.
create table rollup_due (
  at timestamptz not null,
  lane smallint not null,
  unit text not null,
  primary key (lane, unit, at)
);
