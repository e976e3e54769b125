-- What became of an event. The ids of its invocations are consecutive: with the webhooks of its
-- account, invocations_from and invocations_count name them all, and no index is needed. Both are null
-- for events of earlier versions, and invocations_from where there is none. own_id is the id that the
-- publisher chose; null where it is the event's. skipped: which webhooks were not invoked, and why, as
-- JSON; null if none was skipped.
alter table event
  add column invocations_from uuid,
  add column invocations_count integer,
  add column own_id text,
  add column skipped text;

-- The deleted webhooks of an account by id: their invocations are looked for page by page.
create index deleted_webhook_by_id on deleted_webhook (account_id, id);

-- The primary key of an event begins with its lane and its account: the events of an account by
-- creation are one range of it in each lane. Only events whose publisher chose their ids pay for
-- event_own_id. Where days have rows already, the key changes and the index is added beside the running
-- work (server/src/database/change-keys.ts).
do $$
begin
  if not exists (select from pg_inherits where inhparent = 'event'::regclass) then
    alter table event drop constraint event_pkey;
    alter table event add primary key (lane, account_id, id);
    create index event_own_id on event (account_id, own_id, id) where own_id is not null;
  end if;
end
$$;
