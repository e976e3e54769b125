-- What jobs of the kind "erase" have removed: bodies, headers and texts become null, and the rest stays.
alter table event alter column body drop not null, add column erased_at timestamptz;
alter table invocation add column erased_at timestamptz;
alter table attempt alter column request_headers drop not null;
alter table archive_event add column erased_at timestamptz;
alter table archive_invocation add column erased_at timestamptz;

-- Something of its span was erased then: it is made again, since it still says which words may be there.
alter table search_filter add column stale_at timestamptz;
create index search_filter_stale on search_filter (from_ms) where stale_at is not null;

alter table job drop constraint job_kind_check;
alter table job add constraint job_kind_check check (kind in ('replay', 'resend', 'export', 'erase'));

-- What a job erases: events, and archived invocations whose event is unknown. webhook_id has only zeros for an
-- event. public_id: what its publisher knows the event by, once it is erased.
create table erase_item (
  job_id uuid not null,
  webhook_id uuid not null,
  id uuid not null,
  archived boolean not null,
  state text not null default 'pending' check (state in ('pending', 'erased', 'skipped')),
  reason text,
  public_id text,
  primary key (job_id, webhook_id, id)
);
create index erase_item_pending on erase_item (job_id, webhook_id, id) where state = 'pending';
create index erase_item_skipped on erase_item (job_id, webhook_id, id) where state = 'skipped';
create index erase_item_public on erase_item (job_id, public_id) where public_id is not null;
