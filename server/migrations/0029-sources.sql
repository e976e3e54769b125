-- What a source is asked for, and how far its polling is (docs/archive.md). base_url is null of a source that
-- nothing polls. Only the node that has its lease writes what is below "holder"; a change by people takes the
-- lease away, so that nothing is written by the settings of before.
alter table source
  add column base_url text,
  -- Sealed.
  add column credentials bytea,
  add column login text,
  -- The remote ids of those that are archived; null: all.
  add column only_webhooks text[],
  add column bodies text not null default 'none' check (bodies in ('all', 'failures', 'sample', 'none')),
  add column bodies_every integer,
  add column budget_share smallint not null default 70,
  add column keep_months integer,
  add column masking boolean not null default true,
  add column masked_headers text[] not null default '{}',
  add column masked_fields text[] not null default '{}',
  add column resend text not null default 'none' check (resend in ('none', 'given', 'read')),
  -- Sealed: secrets by remote ids.
  add column resend_secrets bytea,
  add column updated_at timestamptz,
  add column paused_at timestamptz,
  -- Its rows are being removed, and it is shown to nobody.
  add column deleted_at timestamptz,
  add column holder uuid,
  add column leased_until timestamptz not null default '-infinity',
  add column due_at timestamptz not null default '-infinity',
  add column mirrored_at timestamptz,
  add column polled_at timestamptz,
  add column rate_limit integer,
  -- In the minute before requested_at.
  add column requests integer not null default 0,
  add column requested_at timestamptz,
  add column clock_off_ms bigint,
  add column failures integer not null default 0,
  add column error_code text,
  add column error text,
  add column error_at timestamptz;

-- watermark_at: everything that finished until then was read, apart from gaps; since_at: from when on.
-- newest_at: the newest row that its log must still show; null where none is expected. walk, full_walk: a walk
-- through the log that is not at its end. wanted: rows of archive_wanted.
alter table archive_webhook
  add column watermark_at timestamptz,
  add column since_at timestamptz,
  add column newest_at timestamptz,
  add column polled_at timestamptz,
  add column due_at timestamptz not null default '-infinity',
  add column every_ms integer not null default 60000,
  add column walk json,
  add column full_walk json,
  add column walked_at timestamptz,
  add column rows_count bigint not null default 0,
  add column invocations_count bigint not null default 0,
  add column late_count bigint not null default 0,
  add column bodies_count bigint not null default 0,
  add column wanted integer not null default 0,
  add column wanted_failures integer not null default 0,
  add column lost_count bigint not null default 0,
  -- Sealed: the signing secret, where it is read for resends.
  add column secret bytea;

-- A span of which it is unknown what finished in it.
create table archive_gap (
  source_id uuid not null references source (id),
  id uuid not null,
  account_id bigint not null references account (id),
  -- Ours.
  webhook_id uuid not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  reason text not null,
  found_at timestamptz not null,
  primary key (source_id, id)
);

create index archive_gap_of_account on archive_gap (account_id, to_at);

-- Invocations whose bodies are to be fetched before the remote service forgets them.
create table archive_wanted (
  completed_at timestamptz not null,
  lane smallint not null,
  failed boolean not null,
  webhook_id uuid not null,
  invocation_id uuid not null,
  primary key (lane, webhook_id, invocation_id)
);

create index archive_wanted_next on archive_wanted (lane, webhook_id, failed, completed_at);

-- Whether something of the body was masked, so that it is not what was sent.
alter table archive_event add column masked boolean not null default false;

create index archive_invocation_remote on archive_invocation (lane, webhook_id, remote_id)
  where remote_id is not null;
