-- The certificate that an endpoint showed in its last TLS handshake (docs/alerts.md). It is a fact of the
-- origin: webhooks of all accounts that send there share connections, and one handshake is for all of them.
create table endpoint_certificate (
  origin text not null,
  -- SHA-256, in hexadecimal digits with colons.
  fingerprint text not null,
  -- Of the certificate that ends first: the endpoint's own, or the one that signed it.
  subject text not null,
  issuer text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  seen_at timestamptz not null,
  constraint endpoint_certificate_pkey primary key (origin)
);

create index endpoint_certificate_ends_at on endpoint_certificate (ends_at);
create index endpoint_certificate_seen_at on endpoint_certificate (seen_at);

-- What the database took, about once an hour, for some days: how fast it grows.
create table storage_sample (
  sampled_at timestamptz not null,
  bytes bigint not null,
  constraint storage_sample_pkey primary key (sampled_at)
);

-- The hours in which something is missing are few: their sum costs these.
create index reconcile_hour_not_arrived on reconcile_hour (source_id, hour_at) where not_arrived > 0;
