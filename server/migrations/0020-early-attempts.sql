-- Recording marks the attempts that it sees to be early; null: to be compared by its times. The index of late
-- attempts by that comparison cost each attempt 3 µs, and nodes of the version before, which used it, wait
-- until they are replaced.
drop index if exists attempt_late;
alter table attempt add column early boolean;

-- Where days have rows already, the index is added beside the running work
-- (server/src/database/add-index.ts).
do $$
begin
  if not exists (select from pg_inherits where inhparent = 'attempt'::regclass) then
    create index attempt_not_early on attempt (lane, recorded_at) where early is not true;
  end if;
end
$$;
