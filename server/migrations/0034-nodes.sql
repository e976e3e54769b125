-- A token for scrapes of metrics, which may do nothing else.
alter table token drop constraint token_role_check;
alter table token add constraint token_role_check
  check (role in ('operator', 'admin', 'publish', 'read', 'metrics'));

-- The nodes that are up, and those that ended without a word within the last day. Each writes its row every
-- ten seconds, and deletes it when it stops.
create table node (
  id uuid primary key,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  version text not null,
  host text not null,
  -- Where its API listens.
  address text not null,
  -- What it did since the beat before.
  load json not null
) with (fillfactor = 50);
