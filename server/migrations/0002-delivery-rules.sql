-- What decides when an invocation may be sent, beside its due time: rules of a webhook's own, pauses,
-- circuit breakers and rate limits, shared by all nodes; and what is needed to tell why.

alter table account add column suspended_at timestamptz;

-- delivery holds the rules that a webhook has in place of its profile's. previous_secret is encrypted
-- like signing_secret.
alter table webhook
  add column delivery json,
  add column paused_at timestamptz,
  add column paused_by text,
  add column previous_secret bytea,
  add column previous_secret_until timestamptz;

-- manual: the attempt that is due was asked for by hand. resume_at is the due time that it took the
-- place of: where the schedule goes on when it fails; null when there was none. manual_count of the
-- attempts were by hand and lie outside the schedule. lost_count: how often a lease ran out without
-- an outcome. history is what happened apart from attempts: JSON objects, separated by commas.
alter table invocation
  add column resume_at timestamptz,
  add column history text,
  add column manual_count smallint not null default 0,
  add column lost_count smallint not null default 0,
  add column manual boolean not null default false;

-- reason: what followed from a failed attempt.
alter table attempt
  add column recorded_at timestamptz not null default now(),
  add column reason text,
  add column manual boolean not null default false;

create type breaker_state as enum ('closed', 'open', 'half open');

-- One circuit breaker for all nodes; no row is a closed one. While it is not closed, whoever moves
-- next_probe_at ahead when it has come may send one probe.
create table breaker (
  lane smallint not null,
  state breaker_state not null,
  open_ms integer not null,
  webhook_id uuid not null,
  since timestamptz not null,
  next_probe_at timestamptz not null,
  reason text,
  primary key (lane, webhook_id)
);

create index breaker_not_closed on breaker (lane, webhook_id) where state <> 'closed';

-- The outcomes of the last minutes: a ring of slots of ten seconds for each webhook, written over and
-- over in place, so room is left in each page.
create table delivery_count (
  period_at timestamptz not null,
  requests integer not null,
  errors integer not null,
  lane smallint not null,
  slot smallint not null,
  webhook_id uuid not null,
  primary key (lane, webhook_id, slot)
) with (fillfactor = 50);

-- The permits of a webhook with a rate limit that still count: JSON of [[time in ms, number], ...].
create table rate_window (
  lane smallint not null,
  webhook_id uuid not null,
  permits text not null,
  primary key (lane, webhook_id)
) with (fillfactor = 50);
