import {
  bigint,
  boolean,
  bytea,
  float8,
  integer,
  rows,
  smallint,
  text,
  timestamptzMs,
  uuid,
} from '../database/parameters.ts';
import { type Parameters, query } from '../database/query.ts';
import { commonDay } from '../model/common-day.ts';
import { idTimeMs } from '../model/ids.ts';
import { INBOX_KEY } from '../model/inbox-key.ts';
import { laneOf } from '../model/lanes.ts';
import {
  DELTA_COLUMNS,
  DELTA_PARAMETERS,
  DELTA_VALUES,
  IS_MARKED,
  type Marked,
} from './parts/delta-mark.ts';
import { batchEntries, KEY_BATCH_PARAMETERS, type KeyBatches } from './parts/key-batches.ts';
import { type IdempotencyKey, KEY_COLUMNS } from './read-idempotency-keys.ts';

export interface EventRow {
  readonly id: string;
  readonly accountId: number;
  readonly type: string;
  readonly body: string;
  /** The id that its publisher chose. */
  readonly ownId?: string | undefined;
  /** The first of its invocations' ids, which are consecutive. */
  readonly invocationsFrom?: string | undefined;
  /** Undefined: not known. */
  readonly invocationsCount?: number | undefined;
  /** The webhooks that it was not sent to (`skippedText`). */
  readonly skipped?: string | undefined;
  /** The values of its headers that are keys, as JSON, and of one of an inbox those that it came with. */
  readonly keyHeaders?: string | undefined;
  /** Where it was published in a trace (`traceContextOf`). */
  readonly traceContext?: string | undefined;
}

export interface InvocationRow {
  readonly id: string;
  readonly lane: number;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** Leased from the start to the node that writes it, which then sends it without a claim. */
  readonly leased: boolean;
}

/** A key, and the event that is written only if the key was not used within 24 hours. */
export interface KeyedEvent extends IdempotencyKey {
  readonly fingerprint: Uint8Array;
  /** The response, as JSON. */
  readonly answer: string;
  readonly eventId: string;
}

/** The version of an account's directory by which its events were matched. */
export interface MatchedVersion {
  readonly accountId: number;
  readonly version: number;
}

interface Params extends Marked {
  /** One of each account that has events. */
  readonly versions: readonly MatchedVersion[];
  readonly events: readonly EventRow[];
  readonly invocations: readonly InvocationRow[];
  readonly leaseMs: number;
  /** Nothing is written if an event is older when the statement comes to it; any age by default. */
  readonly mostAgeMs?: number;
  /** Nothing by default. */
  readonly keyBatches?: KeyBatches;
}

interface KeyedParams extends Params {
  readonly keys: readonly KeyedEvent[];
}

export interface Inserted {
  readonly leased_until: Date;
  /** The accounts whose events were not written, because they were matched by an old version. */
  readonly stale: readonly number[];
  /** Nothing was written, because events that were created before this time are too old; null otherwise. */
  readonly late_before: Date | null;
}

/** The columns of an event, as the statement sends and writes them. */
const EVENT = {
  lane: smallint((event: EventRow) => laneOf(event.id)),
  id: uuid((event: EventRow) => event.id),
  account_id: bigint((event: EventRow) => event.accountId),
  type: text((event: EventRow) => event.type),
  body: text((event: EventRow) => event.body),
  invocations_from: uuid((event: EventRow) => event.invocationsFrom ?? null),
  invocations_count: integer((event: EventRow) => event.invocationsCount ?? null),
  own_id: text((event: EventRow) => event.ownId ?? null),
  skipped: text((event: EventRow) => event.skipped ?? null),
  key_headers: text((event: EventRow) => event.keyHeaders ?? null),
  trace_context: text((event: EventRow) => event.traceContext ?? null),
};

/**
 * The columns of an invocation. Until an attempt has finished, lists sort it by the creation that
 * they show, which is the time in its id: not by the time of its commit.
 */
const INVOCATION = {
  lane: smallint((invocation: InvocationRow) => invocation.lane),
  id: uuid((invocation: InvocationRow) => invocation.id),
  webhook_id: uuid((invocation: InvocationRow) => invocation.webhookId),
  event_id: uuid((invocation: InvocationRow) => invocation.eventId),
  event_type: text((invocation: InvocationRow) => invocation.eventType),
  leased: boolean((invocation: InvocationRow) => invocation.leased),
  latest_at: timestamptzMs((invocation: InvocationRow) => idTimeMs(invocation.id)),
};

/** When the oldest event was created; null without one. */
function oldestMs(events: readonly EventRow[]): number | null {
  let oldest: string | undefined;
  for (const { id } of events) if (oldest === undefined || id < oldest) oldest = id;
  return oldest === undefined ? null : idTimeMs(oldest);
}

const PARAMETERS: Parameters<Params> = {
  ...KEY_BATCH_PARAMETERS,
  versions: rows((p: Params) => p.versions, {
    account_id: bigint((row) => row.accountId),
    version: bigint((row) => row.version),
  }),
  events: rows((p) => p.events, EVENT),
  invocations: rows((p) => p.invocations, INVOCATION),
  lease_ms: float8((p) => p.leaseMs),
  oldest_at: timestamptzMs(({ events }) => oldestMs(events)),
  most_age_ms: float8((p) => p.mostAgeMs ?? null),
  ...DELTA_PARAMETERS,
};

const KEYED_PARAMETERS: Parameters<KeyedParams> = {
  ...PARAMETERS,
  keys: rows((p: KeyedParams) => p.keys, {
    ...KEY_COLUMNS,
    fingerprint: bytea((row) => row.fingerprint),
    answer: text((row) => row.answer),
    event_id: uuid((row) => row.eventId),
  }),
};

/**
 * Ids that senders to an inbox gave are kept for 7 days, since Zendesk and others send again for days.
 * `created_at` of their keys lies 6 days ahead, so that the keeper deletes all keys by one age.
 */
const KEPT_LONGER = (key: string) => `starts_with(${key}, '${INBOX_KEY}')`;

/**
 * Takes the free keys. If two publishers use one key at the same time, the second waits here for
 * the commit of the first. Rows are written in one order, so two nodes with the same keys cannot
 * deadlock.
 */
const TAKE_KEYS = `
  keyed as (
    select * from $keys as n
    where account_id not in (select account_id from stale)
  ),
  taken as (
    insert into idempotency_key as k (lane, account_id, key, fingerprint, answer, created_at)
    select
      lane, account_id, key, fingerprint, answer,
      now() + case when ${KEPT_LONGER('key')} then interval '144 hours' else interval '0' end
    from keyed
    order by lane, account_id, key
    on conflict (lane, account_id, key) do update
      set fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at
      where
        excluded.created_at - k.created_at >= interval '168 hours'
        or not ${KEPT_LONGER('k.key')} and excluded.created_at - k.created_at >= interval '24 hours'
    returning k.lane, k.account_id, k.key
  ),
  repeated as (
    select event_id from keyed
    where (lane, account_id, key) not in (select lane, account_id, key from taken)
  ),`;

/**
 * The transaction takes its number before it reads the clock: search filters count on it that events of
 * a transaction with a later number are no older (`SettledUntil`). A statement may have waited for a
 * table, or its node may have stood still, for minutes.
 */
const CLOCK = `
  clock as (
    select
      date_trunc('milliseconds', now()) as now,
      case
        when pg_current_xact_id() is not null
          then clock_timestamp() - $most_age_ms * interval '1 millisecond'
      end as oldest
  ),
  late as (
    select oldest as before from clock where $oldest_at < oldest
  ),`;

/**
 * The accounts whose directory has changed since their events were matched: nothing of them is
 * written, and the node matches them again. An account's row is one probe of its primary key. All
 * accounts, if an event is late.
 */
const STALE = `
  stale as (
    select v.account_id
    from $versions as v
    left join account a on a.id = v.account_id
    where coalesce(a.directory_version, 0) <> v.version or exists (select from late)
  ),`;

/** The first condition is evaluated once; the second, row by row, only if something is stale. */
const MATCHED = `(
      not exists (select from stale)
      or i.event_id not in (select e.id from $events as e join stale s on s.account_id = e.account_id)
    )`;

/** These were not written. It reads the events only if there are some: their bodies would be copied. */
const OMITTED = `case when exists (select from stale) then array(
        select e.id
        from unnest($events.id, $events.account_id) as e (id, account_id)
        join stale s on s.account_id = e.account_id
      ) end`;

/** The delta is the parameters themselves, and which events were not written. */
function delta(keyed: boolean): string {
  const omitted = keyed
    ? `nullif(coalesce(${OMITTED}, '{}') || array(select event_id from repeated), '{}')`
    : OMITTED;
  return `
  appended as (
    insert into delta@day (
      ${DELTA_COLUMNS}, event_ids, account_ids, first_invocation_ids, invocation_counts, webhook_ids,
      omitted_event_ids
    )
    select
      ${DELTA_VALUES}, 'accepted', $events.id, $events.account_id, $events.invocations_from,
      $events.invocations_count, $invocations.webhook_id, ${omitted}
    where ${IS_MARKED}
  )`;
}

/** All lanes that an insertion of events writes. */
function lanesOf({ events, invocations, keyBatches }: Params): number[] {
  return [
    ...events.map(({ id }) => laneOf(id)),
    ...invocations.map(({ lane }) => lane),
    ...(keyBatches?.rows ?? []).map(({ lane }) => lane),
  ];
}

const TRAITS = {
  /** The lane of an event that it writes. */
  appendsIn: ({ events }: Params): number | undefined =>
    events[0] === undefined ? undefined : laneOf(events[0].id),
  dayOf: ({ events, invocations, mark }: Params): number | undefined =>
    commonDay(
      mark === undefined ? [] : [mark.writer],
      events.map(({ id }) => id),
      invocations.map(({ id }) => id),
    ),
};

/** The entries of a batch, without those of events whose keys were used before. */
function unrepeatedEntries(column: 'event_id' | 'hash'): string {
  return `case
      when not exists (select from repeated) then ${batchEntries(column)}
      else array(
        select u.${column}
        from unnest(
          ($key_hashes)[b.first_place:b.last_place], ($key_events)[b.first_place:b.last_place]
        ) with ordinality as u (hash, event_id, place)
        where u.event_id not in (select event_id from repeated)
        order by u.place
      )
    end`;
}

/** One statement either way: keys and versions cost no extra round trip. */
function insertion(keys: 'with keys' | 'without keys'): string {
  const keyed = keys === 'with keys';
  const unlessRepeated = (eventId: string) =>
    keyed ? ` and ${eventId} not in (select event_id from repeated)` : '';
  const entries = keyed ? unrepeatedEntries : batchEntries;
  return `with${CLOCK}${STALE}${keyed ? TAKE_KEYS : ''}
  new_event as (
    insert into event@day (${Object.keys(EVENT).join(', ')})
    select * from $events as e
    where e.account_id not in (select account_id from stale)${unlessRepeated('e.id')}
  ),
  new_invocation as (
    insert into invocation@day (${Object.keys(INVOCATION).join(', ')}, due_at)
    select
      i.*,
      clock.now + case when i.leased then $lease_ms else 0 end * interval '1 millisecond'
    from
      clock,
      $invocations as i
    where ${MATCHED}${unlessRepeated('i.event_id')}
  ),
  new_key_batch as (
    insert into key_batch (lane, last_id, first_id, hashes, events)
    select b.lane, b.last_id, b.first_id, ${entries('hash')}, ${entries('event_id')}
    from $key_batches as b
    where b.account_id not in (select account_id from stale)
  ),${delta(keyed)}
select
  now + $lease_ms * interval '1 millisecond' as leased_until,
  array(select account_id::float8 from stale) as stale, (select before from late) as late_before${keyed ? ', event_id as repeated' : ''}
from clock${keyed ? ' left join repeated on true' : ''}`;
}

/**
 * Writes hundreds of events and all their invocations in one statement, so with one commit. Leases
 * use the database's clock, truncated to milliseconds: a lease is later compared with the one that
 * the node remembers, and JavaScript's times have no microseconds.
 *
 * It writes nothing of an account whose directory is newer than the version that the node matched
 * with: whatever was committed before this statement began decides who gets an event, however late
 * the node hears of it. Nor does it write anything if an event is older than `mostAgeMs`: search filters
 * of its time may be made.
 */
export const insertEvents = query<Params, Inserted>(
  'insert-events',
  PARAMETERS,
  insertion('without keys'),
  { ...TRAITS, lanesOf },
);

/**
 * As `insertEvents`, but writes nothing of events whose keys were used before. It returns their
 * ids, one per row, or a single row with null if there are none.
 */
export const insertKeyedEvents = query<KeyedParams, Inserted & { repeated: string | null }>(
  'insert-keyed-events',
  KEYED_PARAMETERS,
  insertion('with keys'),
  { ...TRAITS, lanesOf: (params) => [...lanesOf(params), ...params.keys.map(({ lane }) => lane)] },
);
