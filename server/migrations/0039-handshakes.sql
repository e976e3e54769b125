create type handshake_state as enum ('asking', 'allowed', 'refused');

-- What the endpoint of a webhook answered when it was asked whether it wants deliveries; no row: it was not
-- asked yet. Who moves next_at ahead when it has come may ask. A node that died while it asked leaves
-- `asking`, until next_at.
create table handshake (
  lane smallint not null,
  state handshake_state not null,
  -- How often in a row the answer was no permission.
  failures integer not null,
  -- Requests a minute; null: no limit.
  allowed_rate integer,
  webhook_id uuid not null,
  -- The hash of what the answer is about: the endpoint, and the origin that was sent.
  subject text not null,
  allowed_origin text,
  -- When the last answer came, if any did.
  checked_at timestamptz,
  next_at timestamptz not null,
  asked_at timestamptz not null,
  reason text,
  primary key (lane, webhook_id)
) with (fillfactor = 50);
