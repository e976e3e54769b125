import { boolArray, idArray, int2Array, int8Array, textArray } from '../database/binary-arrays.ts';
import { query } from '../database/query.ts';
import { laneOf } from '../lanes.ts';

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

interface Params {
  readonly events: readonly EventRow[];
  readonly invocations: readonly InvocationRow[];
  readonly nowMs: number;
  readonly leaseMs: number;
}

/**
 * Writes hundreds of events and all their invocations in one statement, so with one commit.
 * Leases are counted by the database's clock, cut to milliseconds: a lease is later compared with
 * what the node remembers, and JavaScript's times have no microseconds.
 */
export const insertEvents = query<Params, { leased_until: Date }>(
  'insert-events',
  `with
  clock as (
    select date_trunc('milliseconds', now()) as now
  ),
  new_event as (
    insert into event (lane, id, account_id, type, body)
    select * from unnest($1::smallint[], $2::uuid[], $3::bigint[], $4::text[], $5::text[])
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
  )
select now + $13::float8 * interval '1 millisecond' as leased_until from clock`,
  ({ events, invocations, nowMs, leaseMs }) => [
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
  ],
);
