-- Text search. A row stands for a span of time, cut into 16 blocks of equal length, and its filter says
-- which of them may have a word (server/src/words/block-filter.ts): in an event or in an early attempt by
-- the creation of the event or the invocation, in a late attempt by its recording. Rows follow each other
-- without a gap. late_blocks: the blocks, as bits, that have late attempts.
create table search_filter (
  from_ms bigint not null,
  until_ms bigint not null,
  buckets integer not null,
  events integer not null,
  attempts integer not null,
  late_blocks integer not null,
  filter bytea not null,
  constraint search_filter_pkey primary key (from_ms)
);
-- A look-up reads one kilobyte of each filter: a compressed one would have to be read as a whole.
alter table search_filter alter column filter set storage external;

-- Attempts that were recorded more than five minutes after their invocation was created: nothing else
-- finds them by time. Early ones, nearly all, do not pay for it. Where days have rows already, the index
-- is added beside the running work (server/src/database/add-index.ts).
do $$
begin
  if not exists (select from pg_inherits where inhparent = 'attempt'::regclass) then
    create index attempt_late on attempt (lane, recorded_at)
    where recorded_at > to_timestamp(
      ('x' || translate(left(invocation_id::text, 13), '-', ''))::bit(48)::bigint / 1000.0 + 300
    );
  end if;
end
$$;
