-- The files of exports. The node that holds the job writes the last one, and its row in the transaction that
-- moves the job: what a file has beyond `bytes` was never recorded, and is cut off.
create table job_file (
  job_id uuid not null,
  number integer not null,
  account_id bigint not null references account,
  -- The folder or bucket that has it, by its id: a node with another one has nothing to show or delete.
  folder text not null,
  name text not null,
  -- UTC.
  day date not null,
  rows bigint not null,
  bytes bigint not null,
  -- Null while it is written.
  sha256 bytea,
  -- When it is deleted; null while the job has not ended.
  expires_at timestamptz,
  primary key (job_id, number)
) with (fillfactor = 50);
create index job_file_of_account on job_file (account_id);
create index job_file_expiring on job_file (expires_at) where expires_at is not null;

-- The nodes that are up, and where each writes exports: all must write to one place.
create table export_node (
  id uuid primary key,
  host text not null,
  path text not null,
  -- What its folder is marked with; null before the node has used it.
  folder text,
  seen_at timestamptz not null
) with (fillfactor = 50);
