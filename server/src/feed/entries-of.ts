import type { DeliveryStatus } from '../model/delivery-status.ts';
import type { DeltaRow } from '../sql/read-deltas.ts';
import { nextId } from '../trail/next-id.ts';
import type { FeedKind } from './feed-item.ts';
import type { RecordedChange } from './row-after.ts';

/** One thing that happened, before its rows are read. */
export interface FeedEntry {
  readonly kind: FeedKind;
  /** How many steps of its delta are done after it. */
  readonly done: number;
  /** Undefined where only the webhook tells it. */
  readonly accountId?: number | undefined;
  readonly webhookId?: string;
  readonly invocationId?: string;
  readonly change?: RecordedChange;
  /** An event without invocations. */
  readonly eventId?: string;
  /** Why a webhook is held as a whole. */
  readonly reasonCode?: string;
}

const ACCEPTED: RecordedChange = { status: 'accepted', settled: false, attempt: null };

/** What a delta tells, in an order that is always the same: `done` counts it. */
export function* entriesOf(delta: DeltaRow): Generator<FeedEntry> {
  switch (delta.kind) {
    case 'accepted':
      yield* accepted(delta);
      return;
    case 'attempted':
    case 'parked':
    case 'ended':
      yield* changed(delta);
      return;
    case 'held':
    case 'released': {
      const { kind, webhook_ids: webhookIds, reason_code: reasonCode } = delta;
      let done = 0;
      for (const webhookId of webhookIds) yield { kind, done: ++done, webhookId, reasonCode };
      return;
    }
    // A replay is told by its attempt. Kinds of later versions are not for this one.
    default:
  }
}

function* accepted(delta: Extract<DeltaRow, { kind: 'accepted' }>): Generator<FeedEntry> {
  const kind = 'accepted';
  const omitted = new Set(delta.omitted_event_ids);
  let done = 0;
  let place = 0;
  for (const [index, eventId] of delta.event_ids.entries()) {
    const accountId = delta.account_ids[index] as number;
    const firstId = delta.first_invocation_ids[index];
    const count = delta.invocation_counts[index] ?? 0;
    const isOmitted = omitted.has(eventId);
    if (count === 0) {
      done++;
      if (!isOmitted) yield { kind, done, accountId, eventId };
    }
    for (let step = 0; step < count; step++) {
      const webhookId = delta.webhook_ids[place++] as string;
      done++;
      if (isOmitted || firstId == null) continue;
      const invocationId = nextId(firstId, step);
      yield { kind, done, accountId, webhookId, invocationId, change: ACCEPTED };
    }
  }
}

type Changed = Extract<DeltaRow, { kind: 'attempted' | 'parked' | 'ended' | 'replayed' }>;

function* changed(delta: Changed): Generator<FeedEntry> {
  let done = 0;
  for (const [index, invocationId] of (delta.invocation_ids ?? []).entries()) {
    const webhookId = delta.webhook_ids?.[index] as string;
    const number = delta.numbers?.[index];
    const settled = delta.settled?.[index] === true;
    const change: RecordedChange = {
      status: delta.statuses?.[index] as DeliveryStatus,
      settled,
      ...(number !== undefined && {
        attempt: {
          number,
          statusCode: delta.status_codes?.[index] ?? null,
          errorClass: delta.error_classes?.[index] ?? null,
          durationMs: delta.durations_ms?.[index] ?? 0,
          completedMs: delta.completed_at?.[index]?.getTime() ?? 0,
        },
      }),
    };
    const entry = { webhookId, invocationId, change };
    if (delta.kind === 'attempted') yield { kind: 'attempted', done: ++done, ...entry };
    if (settled) yield { kind: 'settled', done: ++done, ...entry };
    else if (delta.kind === 'parked') yield { kind: 'held', done: ++done, ...entry };
  }
}
