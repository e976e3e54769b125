-- Lists that people of an account saved under a name, for all of its people. search is the query of the
-- page's URL; the server does not read it.
create table saved_view (
  account_id bigint not null references account (id),
  updated_at timestamptz not null,
  id uuid not null,
  name text not null,
  screen text not null,
  search text not null,
  columns text[] not null,
  constraint saved_view_pkey primary key (account_id, id)
);
