-- People who signed in with a browser, and the codes that sign in once. The id holds the time; a row is
-- void when its token is gone, and after hours (codes: minutes). Cookies and codes carry the id and a
-- MAC, so nobody can make one from what is stored.
create table session (
  id uuid not null,
  token_id uuid not null,
  is_code boolean not null,
  constraint session_pkey primary key (id)
);
create index session_token on session (token_id, is_code, id);
