-- Made from the migrations by "npm run schema"; do not edit.

create type breaker_state as enum (
  'closed',
  'open',
  'half open'
);

create type delivery_status as enum (
  'unknown',
  'accepted',
  'success',
  'failed',
  'timeout',
  'circuit broken',
  'throttled',
  'client error',
  'server error',
  'terminated'
);

create type delta_kind as enum (
  'accepted',
  'attempted',
  'parked',
  'ended',
  'replayed',
  'void',
  'held',
  'released'
);

create type handshake_state as enum (
  'asking',
  'allowed',
  'refused'
);

create table account (
  id bigint not null,
  name text not null,
  profile text default 'durable'::text not null,
  created_at timestamp with time zone default now() not null,
  suspended_at timestamp with time zone,
  directory_version bigint default 0 not null,
  webhook_count integer default 0 not null,
  webhook_bytes bigint default 0 not null,
  forgotten_version bigint default 0 not null,
  search_keys json,
  keys_since timestamp with time zone default now() not null,
  constraint account_pkey PRIMARY KEY (id),
  constraint account_profile_check CHECK ((profile = ANY (ARRAY['durable'::text, 'zendesk'::text])))
);

create table alert (
  account_id bigint not null,
  id uuid not null,
  kind text not null,
  severity text not null,
  subject text not null,
  webhook_id uuid,
  source_id uuid,
  job_id uuid,
  node text,
  value double precision not null,
  threshold double precision not null,
  facts json not null,
  started_at timestamp with time zone not null,
  opened_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  acknowledged_at timestamp with time zone,
  acknowledged_by text,
  note text,
  muted boolean not null,
  constraint alert_pkey PRIMARY KEY (account_id, id),
  constraint alert_severity_check CHECK ((severity = ANY (ARRAY['warning'::text, 'critical'::text])))
);

create table alert_lease (
  id smallint not null,
  node uuid,
  until_at timestamp with time zone not null,
  heartbeat_due_at timestamp with time zone not null,
  constraint alert_lease_pkey PRIMARY KEY (id)
);

create table alert_mute (
  account_id bigint not null,
  id uuid not null,
  kind text,
  webhook_id uuid,
  until_at timestamp with time zone,
  created_at timestamp with time zone not null,
  created_by text not null,
  constraint alert_mute_pkey PRIMARY KEY (account_id, id)
);

create table alert_notice (
  account_id bigint not null,
  alert_id uuid not null,
  route_id uuid not null,
  transition text not null,
  state text not null,
  attempts integer not null,
  due_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  error text,
  constraint alert_notice_pkey PRIMARY KEY (alert_id, route_id, transition),
  constraint alert_notice_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text, 'dropped'::text]))),
  constraint alert_notice_transition_check CHECK ((transition = ANY (ARRAY['opened'::text, 'resolved'::text])))
);

create table alert_route (
  account_id bigint not null,
  id uuid not null,
  name text not null,
  kind text not null,
  enabled boolean not null,
  target bytea not null,
  kinds text[],
  minimum_severity text not null,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  last_sent_at timestamp with time zone,
  last_error text,
  constraint alert_route_kind_check CHECK ((kind = ANY (ARRAY['webhook'::text, 'slack'::text, 'email'::text, 'alertmanager'::text]))),
  constraint alert_route_minimum_severity_check CHECK ((minimum_severity = ANY (ARRAY['warning'::text, 'critical'::text]))),
  constraint alert_route_pkey PRIMARY KEY (account_id, id)
);

create table alert_rule (
  account_id bigint not null,
  kind text not null,
  settings json not null,
  changed_at timestamp with time zone not null,
  constraint alert_rule_pkey PRIMARY KEY (account_id, kind)
);

create table alert_watch (
  account_id bigint not null,
  kind text not null,
  subject text not null,
  bad_since timestamp with time zone not null,
  good_since timestamp with time zone,
  alert_id uuid,
  constraint alert_watch_pkey PRIMARY KEY (account_id, kind, subject)
);

create table archive_attempt (
  completed_at timestamp with time zone not null,
  recorded_at timestamp with time zone default now() not null,
  number integer not null,
  duration_ms integer,
  status delivery_status not null,
  response_length integer,
  lane smallint not null,
  status_code smallint,
  sent boolean not null,
  manual boolean default false not null,
  webhook_id uuid not null,
  invocation_id uuid not null,
  id uuid not null,
  error_message text,
  request_headers text,
  response_headers text,
  response_body text,
  response_raw bytea,
  reason text,
  method text,
  url text,
  error_class text,
  phases bytea,
  remote_status text,
  resend_id uuid,
  job_id uuid,
  requested_by text,
  target_webhook_id uuid,
  constraint archive_attempt_pkey PRIMARY KEY (lane, webhook_id, invocation_id, number)
) partition by RANGE (invocation_id);

create table archive_event (
  account_id bigint not null,
  lane smallint not null,
  id uuid not null,
  source_id uuid not null,
  type text,
  body text,
  own_id text,
  masked boolean default false not null,
  erased_at timestamp with time zone,
  constraint archive_event_pkey PRIMARY KEY (lane, account_id, id)
) partition by RANGE (id);

create table archive_gap (
  source_id uuid not null,
  id uuid not null,
  account_id bigint not null,
  webhook_id uuid not null,
  from_at timestamp with time zone not null,
  to_at timestamp with time zone not null,
  reason text not null,
  found_at timestamp with time zone not null,
  constraint archive_gap_pkey PRIMARY KEY (source_id, id)
);

create table archive_invocation (
  latest_at timestamp with time zone not null,
  due_at timestamp with time zone,
  resume_at timestamp with time zone,
  archived_at timestamp with time zone default now() not null,
  attempts_count integer default 0 not null,
  outcomes_count integer default 0 not null,
  status delivery_status not null,
  lost_count integer default 0 not null,
  duration_ms integer,
  lane smallint not null,
  status_code smallint,
  blamed_count smallint default 0 not null,
  leased boolean default false not null,
  manual boolean default false not null,
  delivered boolean default false not null,
  id uuid not null,
  webhook_id uuid not null,
  event_id uuid,
  event_type text,
  reason text,
  reason_code text,
  error_class text,
  trigger text,
  history text,
  remote_id text,
  remote_status text,
  job_id uuid,
  resends_count integer default 0 not null,
  resending_until timestamp with time zone,
  erased_at timestamp with time zone,
  constraint archive_invocation_pkey PRIMARY KEY (lane, webhook_id, id)
) partition by RANGE (id);

create table archive_wanted (
  completed_at timestamp with time zone not null,
  lane smallint not null,
  failed boolean not null,
  webhook_id uuid not null,
  invocation_id uuid not null,
  constraint archive_wanted_pkey PRIMARY KEY (lane, webhook_id, invocation_id)
);

create table archive_webhook (
  id uuid not null,
  account_id bigint not null,
  source_id uuid not null,
  remote_id text not null,
  name text not null,
  status text,
  endpoint text,
  http_method text,
  request_format text,
  subscriptions text[],
  seen_at timestamp with time zone default now() not null,
  gone_at timestamp with time zone,
  watermark_at timestamp with time zone,
  since_at timestamp with time zone,
  newest_at timestamp with time zone,
  polled_at timestamp with time zone,
  due_at timestamp with time zone default '-infinity'::timestamp with time zone not null,
  every_ms integer default 60000 not null,
  walk json,
  full_walk json,
  walked_at timestamp with time zone,
  rows_count bigint default 0 not null,
  invocations_count bigint default 0 not null,
  late_count bigint default 0 not null,
  bodies_count bigint default 0 not null,
  wanted integer default 0 not null,
  wanted_failures integer default 0 not null,
  lost_count bigint default 0 not null,
  secret bytea,
  inbox_id uuid,
  inbox_since_at timestamp with time zone,
  inbox_seen_at timestamp with time zone,
  reconciled_at timestamp with time zone,
  secret_read_at timestamp with time zone,
  constraint archive_webhook_pkey PRIMARY KEY (id),
  constraint archive_webhook_source_id_remote_id_key UNIQUE (source_id, remote_id)
);

create table attempt (
  number integer not null,
  duration_ms integer not null,
  status delivery_status not null,
  response_length integer,
  lane smallint not null,
  status_code smallint,
  invocation_id uuid not null,
  id uuid not null,
  error_message text,
  request_headers text,
  response_headers text,
  response_body text,
  recorded_at timestamp with time zone default now() not null,
  reason text,
  manual boolean default false not null,
  response_raw bytea,
  method text,
  url text,
  error_class text,
  phases bytea,
  early boolean,
  constraint attempt_pkey PRIMARY KEY (lane, invocation_id, number)
) partition by RANGE (invocation_id);

create table audit (
  account_id bigint not null,
  by_account_id bigint,
  id uuid not null,
  token_id uuid,
  operation text not null,
  target_type text not null,
  target_id text not null,
  method text,
  request_id text,
  address text,
  changes json not null,
  constraint audit_pkey PRIMARY KEY (id)
);

create table breaker (
  lane smallint not null,
  state breaker_state not null,
  open_ms integer not null,
  webhook_id uuid not null,
  since timestamp with time zone not null,
  next_probe_at timestamp with time zone not null,
  reason text,
  constraint breaker_pkey PRIMARY KEY (lane, webhook_id)
);

create table deleted_webhook (
  id uuid not null,
  account_id bigint not null,
  version bigint not null,
  name text not null,
  deleted_at timestamp with time zone default now() not null,
  constraint deleted_webhook_pkey PRIMARY KEY (id)
);

create table delivery_count (
  period_at timestamp with time zone not null,
  requests integer not null,
  errors integer not null,
  lane smallint not null,
  slot smallint not null,
  webhook_id uuid not null,
  constraint delivery_count_pkey PRIMARY KEY (lane, webhook_id, slot)
)
with (fillfactor=50);

create table delta (
  number bigint not null,
  low bigint not null,
  made_at timestamp with time zone not null,
  kind delta_kind not null,
  lane smallint not null,
  writer uuid not null,
  event_ids uuid[],
  account_ids bigint[],
  first_invocation_ids uuid[],
  invocation_counts integer[],
  omitted_event_ids uuid[],
  webhook_ids uuid[],
  lanes smallint[],
  invocation_ids uuid[],
  statuses delivery_status[],
  error_classes text[],
  settled boolean[],
  numbers integer[],
  status_codes smallint[],
  durations_ms integer[],
  completed_at timestamp with time zone[],
  reason_code text,
  constraint delta_pkey PRIMARY KEY (writer, number, lane)
) partition by RANGE (writer);

create table endpoint_certificate (
  origin text not null,
  fingerprint text not null,
  subject text not null,
  issuer text not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  seen_at timestamp with time zone not null,
  constraint endpoint_certificate_pkey PRIMARY KEY (origin)
);

create table erase_item (
  job_id uuid not null,
  webhook_id uuid not null,
  id uuid not null,
  archived boolean not null,
  state text default 'pending'::text not null,
  reason text,
  public_id text,
  constraint erase_item_pkey PRIMARY KEY (job_id, webhook_id, id),
  constraint erase_item_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'erased'::text, 'skipped'::text])))
);

create table event (
  account_id bigint not null,
  lane smallint not null,
  id uuid not null,
  type text not null,
  body text,
  invocations_from uuid,
  invocations_count integer,
  own_id text,
  skipped text,
  key_headers text,
  erased_at timestamp with time zone,
  trace_context text,
  constraint event_pkey PRIMARY KEY (lane, account_id, id)
) partition by RANGE (id);

create table export_node (
  id uuid not null,
  host text not null,
  path text not null,
  folder text,
  seen_at timestamp with time zone not null,
  constraint export_node_pkey PRIMARY KEY (id)
)
with (fillfactor=50);

create table handshake (
  lane smallint not null,
  state handshake_state not null,
  failures integer not null,
  allowed_rate integer,
  webhook_id uuid not null,
  subject text not null,
  allowed_origin text,
  checked_at timestamp with time zone,
  next_at timestamp with time zone not null,
  asked_at timestamp with time zone not null,
  reason text,
  constraint handshake_pkey PRIMARY KEY (lane, webhook_id)
)
with (fillfactor=50);

create table idempotency_key (
  account_id bigint not null,
  created_at timestamp with time zone not null,
  lane smallint not null,
  key text not null,
  fingerprint bytea not null,
  answer text not null,
  constraint idempotency_key_pkey PRIMARY KEY (lane, account_id, key)
);

create table inbox (
  account_id bigint not null,
  updated_at timestamp with time zone not null,
  previous_until timestamp with time zone,
  tolerance_seconds integer not null,
  id uuid not null,
  name text not null,
  scheme text not null,
  default_type text not null,
  type_header text,
  id_header text,
  token_hash bytea not null,
  previous_hash bytea,
  secrets bytea not null,
  constraint inbox_pkey PRIMARY KEY (account_id, id)
);

create table invocation (
  latest_at timestamp with time zone not null,
  due_at timestamp with time zone,
  attempts_count integer default 0 not null,
  status delivery_status default 'accepted'::delivery_status not null,
  lane smallint not null,
  status_code smallint,
  leased boolean default false not null,
  id uuid not null,
  webhook_id uuid not null,
  event_id uuid not null,
  event_type text not null,
  reason text,
  resume_at timestamp with time zone,
  history text,
  manual_count integer default 0 not null,
  lost_count integer default 0 not null,
  manual boolean default false not null,
  suspect_count smallint default 0 not null,
  begun boolean default false not null,
  blamed_count smallint default 0 not null,
  duration_ms integer,
  error_class text,
  trigger text,
  reason_code text,
  delivered boolean default false not null,
  settled_number integer,
  job_id uuid,
  by_job boolean default false not null,
  origin_webhook_id uuid,
  origin_id uuid,
  copy_webhook_id uuid,
  copy_id uuid,
  erased_at timestamp with time zone,
  constraint invocation_pkey PRIMARY KEY (lane, webhook_id, id)
) partition by RANGE (id);

create table job (
  id uuid not null,
  account_id bigint not null,
  kind text not null,
  state text not null,
  stage text not null,
  busy boolean default true not null,
  reason_code text,
  reason text,
  requested_by text not null,
  note text,
  spec json not null,
  progress json not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  leased_until timestamp with time zone default '-infinity'::timestamp with time zone not null,
  holder uuid,
  items_cleared boolean default false not null,
  constraint job_kind_check CHECK ((kind = ANY (ARRAY['replay'::text, 'resend'::text, 'export'::text, 'erase'::text]))),
  constraint job_pkey PRIMARY KEY (id),
  constraint job_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'selecting'::text, 'running'::text, 'paused'::text, 'stopped'::text, 'cancelled'::text, 'done'::text])))
)
with (fillfactor=50);

create table job_file (
  job_id uuid not null,
  number integer not null,
  account_id bigint not null,
  folder text not null,
  name text not null,
  day date not null,
  rows bigint not null,
  bytes bigint not null,
  sha256 bytea,
  expires_at timestamp with time zone,
  parts text[],
  tail bytea,
  constraint job_file_pkey PRIMARY KEY (job_id, number)
)
with (fillfactor=50);

create table job_item (
  job_id uuid not null,
  webhook_id uuid not null,
  invocation_id uuid not null,
  attempts_count integer not null,
  state text default 'pending'::text not null,
  reason text,
  target_id uuid,
  earlier_target_ids uuid[],
  constraint job_item_pkey PRIMARY KEY (job_id, invocation_id, webhook_id),
  constraint job_item_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'succeeded'::text, 'failed'::text, 'skipped'::text])))
);

create table job_webhook (
  job_id uuid not null,
  webhook_id uuid not null,
  selected integer not null,
  sent integer default 0 not null,
  succeeded integer default 0 not null,
  failed integer default 0 not null,
  skipped integer default 0 not null,
  constraint job_webhook_pkey PRIMARY KEY (job_id, webhook_id)
)
with (fillfactor=50);

create table key_batch (
  lane smallint not null,
  last_id uuid not null,
  first_id uuid not null,
  hashes bigint[] not null,
  events uuid[] not null,
  constraint key_batch_pkey PRIMARY KEY (lane, last_id)
)
with (autovacuum_analyze_threshold=2147483647);

create table key_block (
  lane smallint not null,
  part smallint not null,
  node integer not null,
  first_id uuid not null,
  last_id uuid not null,
  hashes bigint[] not null,
  events uuid[] not null,
  constraint key_block_pkey PRIMARY KEY (lane, node, last_id, part)
) partition by RANGE (last_id);

create table node (
  id uuid not null,
  started_at timestamp with time zone not null,
  seen_at timestamp with time zone not null,
  version text not null,
  host text not null,
  address text not null,
  load json not null,
  constraint node_pkey PRIMARY KEY (id)
)
with (fillfactor=50);

create table rate_window (
  lane smallint not null,
  webhook_id uuid not null,
  permits text not null,
  constraint rate_window_pkey PRIMARY KEY (lane, webhook_id)
)
with (fillfactor=50);

create table reconcile_due (
  source_id uuid not null,
  inbox_id uuid not null,
  hour_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  constraint reconcile_due_pkey PRIMARY KEY (source_id, inbox_id, hour_at)
);

create table reconcile_hour (
  source_id uuid not null,
  hour_at timestamp with time zone not null,
  webhook_id uuid not null,
  inbox_id uuid not null,
  from_at timestamp with time zone not null,
  to_at timestamp with time zone not null,
  arrived integer not null,
  not_arrived integer not null,
  failed integer not null,
  failed_arrived integer not null,
  never_sent integer not null,
  not_listed integer not null,
  constraint reconcile_hour_pkey PRIMARY KEY (source_id, hour_at, webhook_id)
);

create table reconcile_row (
  arrived_at timestamp with time zone,
  lane smallint not null,
  webhook_id uuid not null,
  id uuid not null,
  kind text not null,
  event_id text,
  constraint reconcile_row_pkey PRIMARY KEY (lane, webhook_id, kind, id)
);

create table rollup_day (
  at timestamp with time zone not null,
  duration_ms bigint not null,
  attempts bigint not null,
  settled bigint not null,
  reopened bigint not null,
  status delivery_status not null,
  lane smallint not null,
  counted_id uuid not null,
  error_class text not null,
  buckets smallint[],
  bucket_counts bigint[],
  constraint rollup_day_pkey PRIMARY KEY (lane, counted_id, at, status, error_class)
);

create table rollup_due (
  at timestamp with time zone not null,
  lane smallint not null,
  unit text not null,
  constraint rollup_due_pkey PRIMARY KEY (lane, unit, at)
);

create table rollup_hour (
  at timestamp with time zone not null,
  duration_ms bigint not null,
  attempts bigint not null,
  settled bigint not null,
  reopened bigint not null,
  status delivery_status not null,
  lane smallint not null,
  counted_id uuid not null,
  error_class text not null,
  buckets smallint[],
  bucket_counts bigint[],
  constraint rollup_hour_pkey PRIMARY KEY (lane, counted_id, at, status, error_class)
);

create table rollup_minute (
  at timestamp with time zone not null,
  duration_ms bigint not null,
  attempts bigint not null,
  settled bigint not null,
  reopened bigint not null,
  status delivery_status not null,
  lane smallint not null,
  counted_id uuid not null,
  fold uuid not null,
  error_class text not null,
  buckets smallint[],
  bucket_counts bigint[],
  constraint rollup_minute_pkey PRIMARY KEY (lane, counted_id, at, status, error_class, fold)
) partition by RANGE (at);

create table saved_view (
  account_id bigint not null,
  updated_at timestamp with time zone not null,
  id uuid not null,
  name text not null,
  screen text not null,
  search text not null,
  columns text[] not null,
  constraint saved_view_pkey PRIMARY KEY (account_id, id)
);

create table search_filter (
  from_ms bigint not null,
  until_ms bigint not null,
  buckets integer not null,
  events integer not null,
  attempts integer not null,
  late_blocks integer not null,
  filter bytea not null,
  stale_at timestamp with time zone,
  constraint search_filter_pkey PRIMARY KEY (from_ms)
);

create table session (
  id uuid not null,
  token_id uuid not null,
  is_code boolean not null,
  constraint session_pkey PRIMARY KEY (id)
);

create table setting (
  name text not null,
  value text not null,
  constraint setting_pkey PRIMARY KEY (name)
);

create table source (
  id uuid not null,
  account_id bigint not null,
  name text not null,
  created_at timestamp with time zone default now() not null,
  base_url text,
  credentials bytea,
  login text,
  only_webhooks text[],
  bodies text default 'none'::text not null,
  bodies_every integer,
  budget_share smallint default 70 not null,
  keep_months integer,
  masking boolean default true not null,
  masked_headers text[] default '{}'::text[] not null,
  masked_fields text[] default '{}'::text[] not null,
  resend text default 'none'::text not null,
  resend_secrets bytea,
  updated_at timestamp with time zone,
  paused_at timestamp with time zone,
  deleted_at timestamp with time zone,
  holder uuid,
  leased_until timestamp with time zone default '-infinity'::timestamp with time zone not null,
  due_at timestamp with time zone default '-infinity'::timestamp with time zone not null,
  mirrored_at timestamp with time zone,
  polled_at timestamp with time zone,
  rate_limit integer,
  requests integer default 0 not null,
  requested_at timestamp with time zone,
  clock_off_ms bigint,
  failures integer default 0 not null,
  error_code text,
  error text,
  error_at timestamp with time zone,
  wait_until timestamp with time zone,
  constraint source_account_id_name_key UNIQUE (account_id, name),
  constraint source_bodies_check CHECK ((bodies = ANY (ARRAY['all'::text, 'failures'::text, 'sample'::text, 'none'::text]))),
  constraint source_name_check CHECK ((name <> 'local'::text)),
  constraint source_pkey PRIMARY KEY (id),
  constraint source_resend_check CHECK ((resend = ANY (ARRAY['none'::text, 'given'::text, 'read'::text])))
);

create table storage_sample (
  sampled_at timestamp with time zone not null,
  bytes bigint not null,
  constraint storage_sample_pkey PRIMARY KEY (sampled_at)
);

create table token (
  id uuid not null,
  account_id bigint not null,
  name text not null,
  role text not null,
  hash bytea not null,
  created_at timestamp with time zone default now() not null,
  created_by text default 'hooktrail'::text not null,
  constraint token_hash_key UNIQUE (hash),
  constraint token_pkey PRIMARY KEY (id),
  constraint token_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'admin'::text, 'publish'::text, 'read'::text, 'metrics'::text])))
);

create table webhook (
  id uuid not null,
  account_id bigint not null,
  name text not null,
  description text,
  status text not null,
  subscriptions text[] not null,
  endpoint text not null,
  http_method text not null,
  request_format text not null,
  authentication bytea,
  custom_headers json,
  external_source json,
  signing_secret bytea not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  updated_at timestamp with time zone,
  updated_by text,
  delivery json,
  paused_at timestamp with time zone,
  paused_by text,
  previous_secret bytea,
  previous_secret_until timestamp with time zone,
  version bigint default 0 not null,
  bytes integer default 0 not null,
  sealed_headers bytea,
  client_certificate bytea,
  signing_keys bytea,
  constraint webhook_pkey PRIMARY KEY (id),
  constraint webhook_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text])))
);

create table writer (
  next_number bigint default 1 not null,
  low bigint default 0 not null,
  id uuid not null,
  created_at timestamp with time zone default now() not null,
  missing bigint[] default '{}'::bigint[] not null,
  constraint writer_pkey PRIMARY KEY (id)
);

alter table alert add constraint alert_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table alert_mute add constraint alert_mute_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table alert_notice add constraint alert_notice_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table alert_route add constraint alert_route_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table alert_rule add constraint alert_rule_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table alert_watch add constraint alert_watch_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table archive_gap add constraint archive_gap_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table archive_gap add constraint archive_gap_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id);

alter table archive_webhook add constraint archive_webhook_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table archive_webhook add constraint archive_webhook_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id);

alter table audit add constraint audit_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table deleted_webhook add constraint deleted_webhook_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table inbox add constraint inbox_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table job add constraint job_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table job_file add constraint job_file_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table reconcile_due add constraint reconcile_due_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id);

alter table reconcile_hour add constraint reconcile_hour_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id);

alter table saved_view add constraint saved_view_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table source add constraint source_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table token add constraint token_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

alter table webhook add constraint webhook_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id);

CREATE INDEX alert_of_kind ON public.alert USING btree (account_id, kind, id);

CREATE INDEX alert_of_webhook ON public.alert USING btree (account_id, webhook_id, id) WHERE (webhook_id IS NOT NULL);

CREATE UNIQUE INDEX alert_once ON public.alert USING btree (account_id, kind, subject) WHERE (resolved_at IS NULL);

CREATE INDEX alert_open ON public.alert USING btree (account_id, id) WHERE (resolved_at IS NULL);

CREATE INDEX alert_resolved ON public.alert USING btree (resolved_at) WHERE (resolved_at IS NOT NULL);

CREATE INDEX alert_notice_due ON public.alert_notice USING btree (due_at) WHERE (state = 'waiting'::text);

CREATE INDEX alert_notice_of_route ON public.alert_notice USING btree (account_id, route_id);

CREATE INDEX archive_event_own_id ON public.archive_event USING btree (account_id, own_id, id) WHERE (own_id IS NOT NULL);

CREATE INDEX archive_gap_of_account ON public.archive_gap USING btree (account_id, to_at);

CREATE INDEX archive_invocation_latest ON public.archive_invocation USING btree (lane, webhook_id, latest_at DESC, id DESC);

CREATE INDEX archive_invocation_of_event ON public.archive_invocation USING btree (lane, webhook_id, event_id) WHERE (event_id IS NOT NULL);

CREATE INDEX archive_invocation_remote ON public.archive_invocation USING btree (lane, webhook_id, remote_id) WHERE (remote_id IS NOT NULL);

CREATE INDEX archive_invocation_status ON public.archive_invocation USING btree (lane, webhook_id, status, latest_at DESC, id DESC);

CREATE INDEX archive_invocation_undelivered ON public.archive_invocation USING btree (lane, webhook_id, id) WHERE ((NOT delivered) AND (status <> 'success'::delivery_status) AND ((due_at IS NULL) OR (attempts_count > 0) OR (status = 'unknown'::delivery_status)));

CREATE INDEX archive_wanted_next ON public.archive_wanted USING btree (lane, webhook_id, failed, completed_at);

CREATE INDEX archive_webhook_of_account ON public.archive_webhook USING btree (account_id, id);

CREATE INDEX archive_webhook_of_inbox ON public.archive_webhook USING btree (source_id, inbox_id, id) WHERE (inbox_id IS NOT NULL);

CREATE INDEX attempt_not_early ON public.attempt USING btree (lane, recorded_at) WHERE (early IS NOT TRUE);

CREATE INDEX audit_of_account ON public.audit USING btree (account_id, id);

CREATE INDEX audit_of_operation ON public.audit USING btree (operation, account_id, id);

CREATE INDEX breaker_not_closed ON public.breaker USING btree (lane, webhook_id) WHERE (state <> 'closed'::breaker_state);

CREATE INDEX deleted_webhook_age ON public.deleted_webhook USING btree (deleted_at);

CREATE INDEX deleted_webhook_by_id ON public.deleted_webhook USING btree (account_id, id);

CREATE INDEX deleted_webhook_of_account ON public.deleted_webhook USING btree (account_id, version);

CREATE INDEX endpoint_certificate_ends_at ON public.endpoint_certificate USING btree (ends_at);

CREATE INDEX endpoint_certificate_seen_at ON public.endpoint_certificate USING btree (seen_at);

CREATE INDEX erase_item_pending ON public.erase_item USING btree (job_id, webhook_id, id) WHERE (state = 'pending'::text);

CREATE INDEX erase_item_public ON public.erase_item USING btree (job_id, public_id) WHERE (public_id IS NOT NULL);

CREATE INDEX erase_item_skipped ON public.erase_item USING btree (job_id, webhook_id, id) WHERE (state = 'skipped'::text);

CREATE INDEX event_own_id ON public.event USING btree (account_id, own_id, id) WHERE (own_id IS NOT NULL);

CREATE INDEX idempotency_key_age ON public.idempotency_key USING btree (lane, created_at);

CREATE INDEX invocation_due ON public.invocation USING btree (lane, webhook_id, due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX invocation_latest ON public.invocation USING btree (lane, webhook_id, latest_at DESC, id DESC);

CREATE INDEX invocation_status ON public.invocation USING btree (lane, webhook_id, status, latest_at DESC, id DESC);

CREATE INDEX invocation_undelivered ON public.invocation USING btree (lane, webhook_id, id) WHERE ((NOT delivered) AND (status <> 'success'::delivery_status) AND ((due_at IS NULL) OR (attempts_count > 0) OR (status = 'unknown'::delivery_status)));

CREATE INDEX job_busy ON public.job USING btree (id) WHERE busy;

CREATE INDEX job_ended ON public.job USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX job_of_account ON public.job USING btree (account_id, id);

CREATE INDEX job_open ON public.job USING btree (account_id, id) WHERE (ended_at IS NULL);

CREATE INDEX job_file_expiring ON public.job_file USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX job_file_of_account ON public.job_file USING btree (account_id);

CREATE INDEX job_item_pending ON public.job_item USING btree (job_id, webhook_id, invocation_id) WHERE (state = 'pending'::text);

CREATE INDEX job_item_sent ON public.job_item USING btree (job_id, webhook_id, invocation_id) WHERE (state = 'sent'::text);

CREATE INDEX job_item_skipped ON public.job_item USING btree (job_id, webhook_id, invocation_id) WHERE (state = 'skipped'::text);

CREATE INDEX job_item_target ON public.job_item USING btree (job_id, target_id) WHERE (target_id IS NOT NULL);

CREATE INDEX reconcile_due_at ON public.reconcile_due USING btree (due_at, hour_at);

CREATE INDEX reconcile_hour_not_arrived ON public.reconcile_hour USING btree (source_id, hour_at) WHERE (not_arrived > 0);

CREATE INDEX search_filter_stale ON public.search_filter USING btree (from_ms) WHERE (stale_at IS NOT NULL);

CREATE INDEX session_token ON public.session USING btree (token_id, is_code, id);

CREATE INDEX token_of_account ON public.token USING btree (account_id, id);

CREATE INDEX webhook_of_account ON public.webhook USING btree (account_id, version, id);
