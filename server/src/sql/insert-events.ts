import {
  boolArray,
  bytesArray,
  idArray,
  int2Array,
  int8Array,
  textArray,
} from '../database/binary-arrays.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../model/lanes.ts';
import type { IdempotencyKey } from './read-idempotency-keys.ts';

export interface EventRow {
  readonly id: string;
  readonly accountId: number;
  readonly type: string;
  readonly body: string;
}

export interface InvocationRow {
  readonly id: string;
  readonly lane: number;
  readonly webhookId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** Written as already leased to the node that writes it (design, "Short cut"). */
  readonly leased: boolean;
}

/** A key, and the event that is written only if nobody used it within 24 hours. */
export interface KeyedEvent extends IdempotencyKey {
  readonly fingerprint: Uint8Array;
  /** The answer, as JSON. */
  readonly answer: string;
  readonly eventId: string;
}

interface Params {
  readonly events: readonly EventRow[];
  readonly invocations: readonly InvocationRow[];
  readonly nowMs: number;
  readonly leaseMs: number;
}

interface KeyedParams extends Params {
  readonly keys: readonly KeyedEvent[];
}

/**
 * Takes the keys that are free. Where two publish at once, the second waits here for the commit of the
 * first. The rows come in one order, so two nodes that take the same keys cannot wait for each other
 * in a circle.
 */
const TAKE_KEYS = `
  keyed as (
    select * from unnest($14::smallint[], $15::bigint[], $16::text[], $17::bytea[], $18::text[], $19::uuid[])
      as n (lane, account_id, key, fingerprint, answer, event_id)
  ),
  taken as (
    insert into idempotency_key as k (lane, account_id, key, fingerprint, answer, created_at)
    select lane, account_id, key, fingerprint, answer, now() from keyed
    order by lane, account_id, key
    on conflict (lane, account_id, key) do update
      set fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at
      where excluded.created_at - k.created_at >= interval '24 hours'
    returning k.lane, k.account_id, k.key
  ),
  repeated as (
    select event_id from keyed
    where (lane, account_id, key) not in (select lane, account_id, key from taken)
  ),`;

/** One statement, so that what has keys takes no more round trips than what has none. */
function insertion(keys: 'with keys' | 'without keys'): string {
  const keyed = keys === 'with keys';
  const unlessRepeated = (eventId: string) =>
    keyed ? `where ${eventId} not in (select event_id from repeated)` : '';
  return `with
  clock as (
    select date_trunc('milliseconds', now()) as now
  ),${keyed ? TAKE_KEYS : ''}
  new_event as (
    insert into event (lane, id, account_id, type, body)
    select * from unnest($1::smallint[], $2::uuid[], $3::bigint[], $4::text[], $5::text[])
      as e (lane, id, account_id, type, body)
    ${unlessRepeated('e.id')}
  ),
  new_invocation as (
    insert into invocation (lane, id, webhook_id, event_id, event_type, leased, latest_at, due_at)
    select
      i.lane, i.id, i.webhook_id, i.event_id, i.event_type, i.leased,
      to_timestamp($12::float8 / 1000),
      clock.now + case when i.leased then $13::float8 else 0 end * interval '1 millisecond'
    from
      clock,
      unnest($6::smallint[], $7::uuid[], $8::uuid[], $9::uuid[], $10::text[], $11::boolean[])
        as i (lane, id, webhook_id, event_id, event_type, leased)
    ${unlessRepeated('i.event_id')}
  )
select
  now + $13::float8 * interval '1 millisecond' as leased_until${keyed ? ', event_id as repeated' : ''}
from clock${keyed ? ' left join repeated on true' : ''}`;
}

function values({ events, invocations, nowMs, leaseMs }: Params): unknown[] {
  return [
    int2Array(events.map((event) => laneOf(event.id))),
    idArray(events.map((event) => event.id)),
    int8Array(events.map((event) => event.accountId)),
    textArray(events.map((event) => event.type)),
    textArray(events.map((event) => event.body)),
    int2Array(invocations.map((invocation) => invocation.lane)),
    idArray(invocations.map((invocation) => invocation.id)),
    idArray(invocations.map((invocation) => invocation.webhookId)),
    idArray(invocations.map((invocation) => invocation.eventId)),
    textArray(invocations.map((invocation) => invocation.eventType)),
    boolArray(invocations.map((invocation) => invocation.leased)),
    nowMs,
    leaseMs,
  ];
}

/**
 * Writes hundreds of events and all their invocations in one statement, so with one commit.
 * Leases are counted by the database's clock, cut to milliseconds: a lease is later compared with
 * what the node remembers, and JavaScript's times have no microseconds.
 */
export const insertEvents = query<Params, { leased_until: Date }>(
  'insert-events',
  insertion('without keys'),
  values,
);

/**
 * The same, but for events whose keys were used before: of them nothing is written. Their ids are
 * returned, one a row; where there are none, one row with null.
 */
export const insertKeyedEvents = query<
  KeyedParams,
  { leased_until: Date; repeated: string | null }
>('insert-keyed-events', insertion('with keys'), (params) => [
  ...values(params),
  int2Array(params.keys.map((row) => row.lane)),
  int8Array(params.keys.map((row) => row.accountId)),
  textArray(params.keys.map((row) => row.key)),
  bytesArray(params.keys.map((row) => row.fingerprint)),
  textArray(params.keys.map((row) => row.answer)),
  idArray(params.keys.map((row) => row.eventId)),
]);
