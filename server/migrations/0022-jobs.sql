-- Bulk acts. `spec` is what was asked for, its query frozen; `progress` is how far a job has come, and the
-- node that holds the lease alone writes it. `stage` is the state in which a node takes the job up.
create table job (
  id uuid primary key,
  account_id bigint not null references account,
  kind text not null check (kind in ('replay', 'export')),
  state text not null
    check (state in ('waiting', 'selecting', 'running', 'paused', 'stopped', 'cancelled', 'done')),
  stage text not null,
  -- A node has something to do for it, also to finish what was in flight when it was paused.
  busy boolean not null default true,
  reason_code text,
  reason text,
  requested_by text not null,
  note text,
  spec json not null,
  progress json not null,
  started_at timestamptz,
  ended_at timestamptz,
  leased_until timestamptz not null default '-infinity',
  holder uuid
) with (fillfactor = 50);
create index job_of_account on job (account_id, id);
create index job_busy on job (id) where busy;
create index job_open on job (account_id, id) where ended_at is null;
create index job_ended on job (ended_at) where ended_at is not null;

-- What a job has selected of one webhook.
create table job_webhook (
  job_id uuid not null,
  webhook_id uuid not null,
  selected integer not null,
  sent integer not null default 0,
  succeeded integer not null default 0,
  failed integer not null default 0,
  skipped integer not null default 0,
  primary key (job_id, webhook_id)
) with (fillfactor = 50);

-- The selection. When a job has ended, only skipped ones are left.
create table job_item (
  job_id uuid not null,
  webhook_id uuid not null,
  invocation_id uuid not null,
  -- Attempts when it was selected: with more it has changed since.
  attempts_count integer not null,
  state text not null default 'pending'
    check (state in ('pending', 'sent', 'succeeded', 'failed', 'skipped')),
  reason text,
  -- The new invocation, where it goes to another webhook.
  target_id uuid,
  primary key (job_id, webhook_id, invocation_id)
);
create index job_item_pending on job_item (job_id, webhook_id, invocation_id) where state = 'pending';
create index job_item_sent on job_item (job_id, webhook_id, invocation_id) where state = 'sent';
create index job_item_skipped on job_item (job_id, webhook_id, invocation_id) where state = 'skipped';

-- The job that sent it last, and whether the manual attempt that is due is the job's.
alter table invocation add column job_id uuid;
alter table invocation add column by_job boolean not null default false;
alter table archive_invocation add column job_id uuid;
