-- Who changed what: one row for each change, written in the change's own transaction. account_id is the
-- account that the change is about, by_account_id and token_id say who made it: null is Hooktrail itself.
-- changes is JSON of [{field, from, to}, ...], without secrets.
create table audit (
  account_id bigint not null references account (id),
  by_account_id bigint,
  id uuid primary key,
  token_id uuid,
  operation text not null,
  target_type text not null,
  target_id text not null,
  method text,
  request_id text,
  address text,
  changes json not null
);

create index audit_of_account on audit (account_id, id);
create index audit_of_operation on audit (operation, account_id, id);

alter table token add column created_by text not null default 'hooktrail';

create index token_of_account on token (account_id, id);
