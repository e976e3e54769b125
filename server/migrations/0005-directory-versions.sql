-- directory_version counts the changes of an account and of its webhooks: a node compares it with the
-- version that it matched with. webhook_count and webhook_bytes are what the account has, for its limits.
-- forgotten_version is the newest version whose deletions are no longer listed in deleted_webhook.
alter table account add column directory_version bigint not null default 0;
alter table account add column webhook_count integer not null default 0;
alter table account add column webhook_bytes bigint not null default 0;
alter table account add column forgotten_version bigint not null default 0;

-- version is the directory_version of the last change; bytes is about what the webhook takes in memory.
alter table webhook add column version bigint not null default 0;
alter table webhook add column bytes integer not null default 0;

update webhook set bytes = octet_length(webhook::text);

update account set
  webhook_count = (select count(*) from webhook where account_id = account.id),
  webhook_bytes = (select coalesce(sum(bytes), 0) from webhook where account_id = account.id);

create index webhook_of_account on webhook (account_id, version, id);

-- Deleted webhooks: nodes learn of the deletion from it, and the trail of the webhook stays readable.
create table deleted_webhook (
  id uuid primary key,
  account_id bigint not null references account (id),
  version bigint not null,
  name text not null,
  deleted_at timestamptz not null default now()
);

create index deleted_webhook_of_account on deleted_webhook (account_id, version);
create index deleted_webhook_age on deleted_webhook (deleted_at);
