-- What people are told when something breaks (docs/alerts.md). None of these tables grows with deliveries.

-- What the rules of an account have other than the defaults; a kind without a row has the defaults.
create table alert_rule (
  account_id bigint not null references account (id),
  kind text not null,
  -- Members of the rule that people set; a member that is missing has its default.
  settings json not null,
  changed_at timestamptz not null,
  constraint alert_rule_pkey primary key (account_id, kind)
);

-- What nobody is told of. kind null: all kinds; webhook_id null: all webhooks, and what is about none.
create table alert_mute (
  account_id bigint not null references account (id),
  id uuid not null,
  kind text,
  webhook_id uuid,
  -- Null: until somebody deletes it.
  until_at timestamptz,
  created_at timestamptz not null,
  -- The token.
  created_by text not null,
  constraint alert_mute_pkey primary key (account_id, id)
);

-- Where an episode is, before its alert opens and until it resolved: one row for each subject that is bad.
create table alert_watch (
  account_id bigint not null references account (id),
  kind text not null,
  subject text not null,
  bad_since timestamptz not null,
  -- Since when it is good again; null while it is bad.
  good_since timestamptz,
  -- The alert; null until it opened.
  alert_id uuid,
  constraint alert_watch_pkey primary key (account_id, kind, subject)
);

-- One episode of one rule about one subject. Kept for 90 days after it resolved. Ids are in the order of opening.
create table alert (
  account_id bigint not null references account (id),
  id uuid not null,
  kind text not null,
  severity text not null check (severity in ('warning', 'critical')),
  subject text not null,
  webhook_id uuid,
  source_id uuid,
  job_id uuid,
  node text,
  value double precision not null,
  threshold double precision not null,
  -- What its words are made of.
  facts json not null,
  started_at timestamptz not null,
  opened_at timestamptz not null,
  resolved_at timestamptz,
  acknowledged_at timestamptz,
  -- The token.
  acknowledged_by text,
  note text,
  -- Whether it was muted when it opened.
  muted boolean not null,
  constraint alert_pkey primary key (account_id, id)
);

-- No episode opens twice, whatever node thinks that it is the one that evaluates.
create unique index alert_once on alert (account_id, kind, subject) where resolved_at is null;
create index alert_open on alert (account_id, id) where resolved_at is null;
create index alert_of_kind on alert (account_id, kind, id);
create index alert_of_webhook on alert (account_id, webhook_id, id) where webhook_id is not null;
create index alert_resolved on alert (resolved_at) where resolved_at is not null;

-- Where alerts go.
create table alert_route (
  account_id bigint not null references account (id),
  id uuid not null,
  name text not null,
  kind text not null check (kind in ('webhook', 'slack', 'email', 'alertmanager')),
  enabled boolean not null,
  -- Sealed: JSON with the URL, the addresses, or the webhook.
  target bytea not null,
  -- Null: all.
  kinds text[],
  minimum_severity text not null check (minimum_severity in ('warning', 'critical')),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  last_sent_at timestamptz,
  last_error text,
  constraint alert_route_pkey primary key (account_id, id)
);

-- One message of one alert to one route. It is written in the transaction that opens or resolves the alert.
create table alert_notice (
  account_id bigint not null references account (id),
  alert_id uuid not null,
  route_id uuid not null,
  transition text not null check (transition in ('opened', 'resolved')),
  state text not null check (state in ('waiting', 'sent', 'failed', 'dropped')),
  attempts integer not null,
  due_at timestamptz not null,
  sent_at timestamptz,
  error text,
  constraint alert_notice_pkey primary key (alert_id, route_id, transition)
);

create index alert_notice_due on alert_notice (due_at) where state = 'waiting';
create index alert_notice_of_route on alert_notice (account_id, route_id);

-- Who evaluates: one node at a time, by the clock of the database. It has one row, which the first node
-- writes.
create table alert_lease (
  id smallint not null,
  node uuid,
  until_at timestamptz not null,
  -- When the heartbeat URL is called next.
  heartbeat_due_at timestamptz not null,
  constraint alert_lease_pkey primary key (id)
);
