import type { Runner } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import type { Clock } from '../model/clock.ts';
import { idTimeMs } from '../model/ids.ts';
import { SECOND_MS } from '../model/time-units.ts';
import type { Webhook } from '../model/webhook.ts';
import type { QueryFacts } from '../query/create-matcher.ts';
import { type FedEventRow, readFedEvents } from '../sql/read-fed-events.ts';
import { readFedWebhooks } from '../sql/read-fed-webhooks.ts';
import { type KeyedInvocation, readInvocationsByKey } from '../sql/read-invocations-by-key.ts';
import { eventFacts, type ListedEvent } from '../trail/event-facts.ts';
import { heldReasonOf } from '../trail/held-reason-of.ts';
import { LISTED_BODY_BYTES } from '../trail/read-listed-events.ts';
import type { ListedWebhook } from '../trail/select-webhooks.ts';
import { entriesOf, type FeedEntry } from './entries-of.ts';
import type { FeedItem, FeedMark } from './feed-item.ts';
import type { FeedStep } from './live-deltas.ts';
import { rowAfter } from './row-after.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly directory: Directory;
}

interface Placed {
  readonly entry: FeedEntry;
  readonly mark: FeedMark;
  readonly atMs: number;
}

interface Owned extends Placed {
  readonly accountId: number;
  readonly webhook: ListedWebhook | undefined;
}

interface Found {
  readonly accountId: number;
  readonly webhook: ListedWebhook;
}

interface KnownEvent {
  readonly type: string;
  readonly shown: ListedEvent | undefined;
  /** By the monotonic clock. */
  readonly readAtMs: number;
}

/** What happened is read so much at a time: bodies of 16 KiB at most, so 8 MiB. */
const AT_ONCE = 500;

/** Webhooks and events that are remembered; an event takes some 200 bytes. */
const MOST_KNOWN = 10_000;

/** The attempts that follow an event mostly come within this time; the feed shows an erased subject no longer than that. */
const KNOWN_MS = 10 * SECOND_MS;

/** Reads what deltas tell about accounts that somebody follows: each row once, whoever follows. */
export class FeedLoader {
  readonly #parts: Parts;
  readonly #events = new Map<string, KnownEvent>();
  /** Deleted webhooks. */
  readonly #gone = new Map<string, Found>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What happened in some accounts, in order, a part at a time. */
  async *load(
    steps: readonly FeedStep[],
    accounts: ReadonlySet<number>,
  ): AsyncGenerator<readonly FeedItem[], void, undefined> {
    let waiting: Placed[] = [];
    for (const { before, delta } of steps) {
      const mark = { before, begun: [], writer: delta.writer, number: delta.number };
      const atMs = delta.made_at.getTime();
      for (const entry of entriesOf(delta)) {
        if (this.#isOfOthers(entry, accounts)) continue;
        waiting.push({ entry, mark, atMs });
        if (waiting.length < AT_ONCE) continue;
        yield await this.#read(waiting, accounts);
        waiting = [];
      }
    }
    if (waiting.length > 0) yield await this.#read(waiting, accounts);
  }

  #isOfOthers({ accountId, webhookId }: FeedEntry, accounts: ReadonlySet<number>): boolean {
    const owner = accountId ?? this.#parts.directory.webhook(webhookId ?? '')?.accountId;
    return owner !== undefined && !accounts.has(owner);
  }

  async #read(placed: readonly Placed[], accounts: ReadonlySet<number>): Promise<FeedItem[]> {
    const { database } = this.#parts;
    const webhooks = await this.#findWebhooks(placed);
    const owned = placed.flatMap((one): Owned[] => {
      const { accountId, webhookId } = one.entry;
      const found = webhooks.get(webhookId ?? '');
      const owner = found?.accountId ?? accountId;
      if (owner === undefined || !accounts.has(owner)) return [];
      return [{ ...one, accountId: owner, webhook: found?.webhook }];
    });
    const keys = new Map<string, { webhookId: string; id: string }>();
    for (const { entry } of owned) {
      const { invocationId: id, webhookId } = entry;
      if (id !== undefined && webhookId !== undefined) keys.set(id, { webhookId, id });
    }
    const rows = new Map<string, KeyedInvocation>();
    if (keys.size > 0) {
      const read = await database.run(readInvocationsByKey, [...keys.values()]);
      for (const row of read) rows.set(row.id, row);
    }
    const events = await this.#readEvents(owned, rows);
    const nowMs = this.#parts.clock.now();
    return owned.flatMap((one) => itemOf(one, rows, events, nowMs) ?? []);
  }

  #listed(webhook: Webhook): ListedWebhook {
    const { accountId, id, name } = webhook;
    const held = heldReasonOf(this.#parts.directory.account(accountId), webhook);
    return { id, name, family: 'local', origin: undefined, webhook, deletedAt: undefined, held };
  }

  /** Finds webhooks that the directory does not have: those that were deleted, and new ones. */
  async #findWebhooks(placed: readonly Placed[]): Promise<ReadonlyMap<string, Found>> {
    const { database, directory } = this.#parts;
    const unknown = new Set<string>();
    const found = new Map<string, Found>();
    for (const { entry } of placed) {
      const { webhookId: id } = entry;
      if (id === undefined || found.has(id)) continue;
      const webhook = directory.webhook(id);
      const gone = this.#gone.get(id);
      if (webhook !== undefined) {
        found.set(id, { accountId: webhook.accountId, webhook: this.#listed(webhook) });
      } else if (gone !== undefined) {
        found.set(id, gone);
      } else {
        unknown.add(id);
      }
    }
    if (unknown.size === 0) return found;
    for (const row of await database.run(readFedWebhooks, [...unknown])) {
      const { account_id: accountId, id, name, deleted_at: deletedAt } = row;
      const listed: ListedWebhook = {
        id,
        name,
        family: 'local',
        origin: undefined,
        webhook: undefined,
        deletedAt: deletedAt ?? undefined,
        held: null,
      };
      found.set(id, { accountId, webhook: listed });
      if (deletedAt !== null) remember(this.#gone, id, { accountId, webhook: listed });
    }
    return found;
  }

  async #readEvents(
    owned: readonly Owned[],
    rows: ReadonlyMap<string, KeyedInvocation>,
  ): Promise<ReadonlyMap<string, KnownEvent>> {
    const wanted = new Map<string, { accountId: number; id: string }>();
    const known = new Map<string, KnownEvent>();
    const nowMs = performance.now();
    for (const { accountId, entry } of owned) {
      const id = entry.eventId ?? rows.get(entry.invocationId ?? '')?.event_id;
      if (id === undefined) continue;
      const event = this.#events.get(id);
      if (event !== undefined && nowMs - event.readAtMs < KNOWN_MS) known.set(id, event);
      else wanted.set(id, { accountId, id });
    }
    if (wanted.size > 0) {
      const read = await this.#parts.database.run(readFedEvents, {
        events: [...wanted.values()],
        maxBytes: LISTED_BODY_BYTES,
      });
      for (const row of read) {
        const event = knownEvent(row, nowMs);
        known.set(row.id, event);
        remember(this.#events, row.id, event);
      }
    }
    return known;
  }
}

const knownEvent = ({ body, type }: FedEventRow, readAtMs: number): KnownEvent => ({
  type,
  shown: body === null ? undefined : eventFacts(body),
  readAtMs,
});

/** The oldest goes: a map keeps the order of insertion. */
function remember<Value>(known: Map<string, Value>, id: string, value: Value): void {
  known.delete(id);
  known.set(id, value);
  if (known.size <= MOST_KNOWN) return;
  const [oldest] = known.keys();
  known.delete(oldest as string);
}

function itemOf(
  { accountId, atMs, entry, mark, webhook }: Owned,
  rows: ReadonlyMap<string, KeyedInvocation>,
  events: ReadonlyMap<string, KnownEvent>,
  nowMs: number,
): FeedItem | undefined {
  const { change, done, eventId, invocationId, kind, reasonCode } = entry;
  const item = { kind, accountId, atMs, mark, done, shown: { text: undefined } };
  if (eventId !== undefined) {
    const event = events.get(eventId);
    if (event === undefined) return undefined; // no longer kept
    const facts = { ...NO_FACTS, eventType: event.type, createdMs: idTimeMs(eventId) };
    return { ...item, facts, event: { storedId: eventId, ...event } };
  }
  if (webhook === undefined) return undefined;
  if (reasonCode !== undefined) {
    const facts = { ...NO_FACTS, webhook, createdMs: atMs, reason: reasonCode };
    return { ...item, facts, webhook: { webhook, reasonCode } };
  }
  const now = rows.get(invocationId ?? '');
  if (now === undefined || change === undefined) return undefined;
  const { isDueKnown, row } = rowAfter(now, change);
  const event = events.get(row.event_id)?.shown;
  return {
    ...item,
    facts: factsOf(row, webhook, nowMs),
    invocation: { row, isDueKnown, webhook, event },
  };
}

const NO_FACTS: QueryFacts = {
  webhook: undefined,
  eventType: undefined,
  createdMs: 0,
  status: undefined,
  statusCode: undefined,
  attempts: undefined,
  durationMs: undefined,
  completedMs: undefined,
  errorClass: undefined,
  reason: undefined,
  trigger: undefined,
  id: undefined,
  job: undefined,
  state: undefined,
  undelivered: false,
};

function factsOf(row: KeyedInvocation, webhook: ListedWebhook, nowMs: number): QueryFacts {
  const { attempts_count: attempts, due_at: dueAt, leased, status } = row;
  const inFlight = leased && dueAt !== null && dueAt.getTime() > nowMs;
  return {
    webhook,
    eventType: row.event_type,
    createdMs: idTimeMs(row.id),
    status,
    statusCode: row.status_code ?? undefined,
    attempts,
    durationMs: row.duration_ms ?? undefined,
    completedMs: attempts > 0 ? Math.floor(row.latest_at_us / 1_000) : undefined,
    errorClass: row.error_class ?? undefined,
    reason: (dueAt !== null && !leased ? webhook.held : null) ?? row.reason_code ?? undefined,
    id: row.id,
    job: row.job_id ?? undefined,
    trigger: attempts > 0 ? (row.trigger ?? 'schedule') : undefined,
    state: dueAt === null ? 'final' : inFlight ? 'in flight' : 'waiting',
    undelivered:
      !row.delivered &&
      status !== 'success' &&
      (dueAt === null || attempts > 0 || status === 'unknown'),
  };
}
