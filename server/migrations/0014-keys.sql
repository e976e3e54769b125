-- The keys by which the events of an account are found: JSON pointers of the body and names of published
-- headers, each with the time from which events are found by it. Null: the default keys, since keys_since.
alter table account add column search_keys json;
alter table account add column keys_since timestamptz not null default now();

-- The values of published headers that are keys, as JSON; null where the event has none.
alter table event add column key_headers text;

-- What the events of one account can be found by, as the accepting transaction wrote it: hashes of values,
-- and the event of each. A row is of one day of ids, first_id to last_id. The lane is that of the account.
-- Rows are here for seconds to minutes: the keeper moves them to key_block.
create table key_batch (
  lane smallint not null,
  last_id uuid not null,
  first_id uuid not null,
  hashes bigint[] not null,
  events uuid[] not null,
  primary key (lane, last_id)
);

-- The same, sorted by the first bits of the hashes: a node is 1 and then these bits, 6 at first. A node with
-- many rows is split into 64, by 6 more bits (server/src/keep/keys/key-folder.ts). The events of a row are
-- between first_id and last_id, and of one day.
create table key_block (
  lane smallint not null,
  part smallint not null,
  node integer not null,
  first_id uuid not null,
  last_id uuid not null,
  hashes bigint[] not null,
  events uuid[] not null,
  primary key (lane, node, last_id, part)
) partition by range (last_id);
