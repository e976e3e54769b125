-- What a query asks for is stored when it is recorded, not read out of texts later. Null in rows that
-- were written before this migration.
-- error_class: the class with which error_message begins. On the invocation error_class, duration_ms and
-- trigger are those of the latest attempt that decided, like status_code.
-- trigger: what caused that attempt; null with an attempt: the event itself, or its retry schedule.
-- reason_code: why it waits, or why it ended; null before anything happened, and after a success.
-- delivered: the endpoint has answered an attempt with a success, whatever a later replay did.
alter table invocation
  add column duration_ms integer,
  add column error_class text,
  add column trigger text,
  add column reason_code text,
  add column delivered boolean not null default false;
-- After the invocations, as recording locks them: the other order is a deadlock with nodes at work.
alter table attempt add column error_class text;

-- What waits after a failure, or is final without a success, by creation. No row pays for it while it
-- waits for its first attempt, or after a success. Where days have rows already, the index is made beside
-- the running work instead (server/src/database/add-index.ts).
do $$
begin
  if not exists (select from pg_inherits where inhparent = 'invocation'::regclass) then
    create index invocation_undelivered on invocation (lane, webhook_id, id)
    where not delivered and status <> 'success'
      and (due_at is null or attempts_count > 0 or status = 'unknown');
  end if;
end
$$;
