-- Analysing an array looks at each element: 8,000 deltas of 24 events take 0.5 s of a processor, each time the
-- partition has grown by a twentieth. No plan needs it (server/src/keep/partition-settings.ts has the same for
-- new partitions).
alter table key_batch set (autovacuum_analyze_threshold = 2147483647);

do $$
declare
  partition regclass;
begin
  for partition in
    select inhrelid from pg_inherits
    where inhparent in ('delta'::regclass, 'key_block'::regclass, 'rollup_minute'::regclass)
  loop
    execute format('alter table %s set (autovacuum_analyze_threshold = 2147483647)', partition);
  end loop;
  for partition in select inhrelid from pg_inherits where inhparent = 'delta'::regclass loop
    execute format('alter table %s set (autovacuum_vacuum_insert_threshold = -1)', partition);
    execute format('alter table %s set (toast.autovacuum_vacuum_insert_threshold = -1)', partition);
    execute format('alter table %s set (toast_tuple_target = 8160)', partition);
  end loop;
end
$$;
