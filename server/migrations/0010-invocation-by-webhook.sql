-- The primary key of an invocation begins with its lane and its webhook: the invocations of a webhook
-- by creation are one range of it. Where days have rows already, their keys change beside the running
-- work instead (server/src/database/change-keys.ts).
do $$
begin
  if not exists (select from pg_inherits where inhparent = 'invocation'::regclass) then
    alter table invocation drop constraint invocation_pkey;
    alter table invocation add primary key (lane, webhook_id, id);
  end if;
end
$$;
