import type { Account } from '../../model/account.ts';
import type { Clock } from '../../model/clock.ts';
import { firstIdAt, idTimeMs } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import { MAX_SCHEDULE_MS } from '../../model/profiles.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import type { CompiledQuery } from '../../query/compile-query.ts';
import { keyName } from '../../query/key-terms.ts';
import { matchesType } from '../../query/matches-type.ts';
import type { TrailRow } from '../../sql/read-created-invocations.ts';
import { readFoundEvents } from '../../sql/read-found-events.ts';
import { type InvocationProbe, readKeyedInvocations } from '../../sql/read-keyed-invocations.ts';
import { searchInvocationAttempts } from '../../sql/search-invocation-attempts.ts';
import { nextId } from '../../trail/next-id.ts';
import type { Position } from '../../trail/page.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import type { AttemptMatch, Found, FoundInvocation } from '../text/found.ts';
import { matchAttempts } from '../text/match-attempts.ts';
import { matchTexts } from '../text/match-texts.ts';
import { patternsOf } from '../text/patterns-of.ts';
import type { SearchRunner } from '../text/resting.ts';
import type { SearchPage } from '../text/search-text.ts';
import type { TextQuery } from '../text/text-query.ts';
import { findEventsByKeys } from './find-events-by-keys.ts';
import type { KeyedEvent } from './verify-events.ts';

interface Parts {
  readonly clock: Clock;
  /** That of searches. */
  readonly database: SearchRunner;
  readonly retentionDays: number;
}

interface Request {
  readonly account: Account;
  readonly query: CompiledQuery;
  readonly text: TextQuery;
  readonly webhooks: readonly ListedWebhook[];
  /** The query says something of invocations: an event counts if one of its own matches. */
  readonly needsInvocation: boolean;
  readonly limit: number;
  /** Results are beyond it: those of its event at smaller webhooks, and those of older events. */
  readonly after: Position | undefined;
}

/** Results, and what it took to find them; `covered` is of the creation of events. */
interface KeyedSearchPage extends Omit<SearchPage, 'after'> {
  /** Where to go on; absent at the end. */
  readonly after: Position | undefined;
}

/** As a search without keys. */
const BOUNDS = { ms: 1_500, bytes: 256 * 1024 * 1024 };

/** Events that are looked through together: their bodies are 20 MiB at most. */
const EVENTS_AT_ONCE = 20;

/** Probes of one statement, at 5 to 10 µs each. */
const PROBES_AT_ONCE = 1_000;

/** Attempts of one statement, unless one invocation has more. */
const ATTEMPTS_AT_ONCE = 1_000;

/** Attempts whose texts are read at once. */
const TEXTS_AT_ONCE = 20;

/** An invocation is created after its event: seconds, where the node had much to write. */
const BEHIND_MS = HOUR_MS;

/** Ids may be of a time that this node has not reached yet. */
const AHEAD_MS = HOUR_MS;

/** The clocks of nodes follow that of the database: a webhook is not this much younger than an event. */
const CLOCKS_MS = MINUTE_MS;

/** Before and behind all webhooks of an event, which are in descending order. */
const NO_WEBHOOK_YET = `7${'Z'.repeat(25)}`;
const ALL_WEBHOOKS = '0'.repeat(26);

/** Events and webhooks whose results are found together: several events, or one at some webhooks. */
interface Step {
  readonly events: readonly KeyedEvent[];
  readonly webhooks: readonly ListedWebhook[];
  /** The events themselves may be results. */
  readonly first: boolean;
  /** All before it, and it, is done after the step. */
  readonly end: Position;
}

/**
 * Searches the events that have the values of keys, and the attempts of their invocations. The index of
 * keys finds the events, newest first; words are then looked for in these only. Without words, the events
 * are the results. An event comes before its invocations, which are in the order of their webhooks, newest
 * first: no result moves in this order.
 */
export async function searchByKeys(
  { clock, database, retentionDays }: Parts,
  { account, after, limit, needsInvocation, query, text, webhooks }: Request,
  bounds = BOUNDS,
): Promise<KeyedSearchPage> {
  const startedMs = performance.now();
  const nowMs = clock.now();
  const { created, filter, keys } = query;
  const floorMs = Math.max(0, nowMs - (retentionDays + 1) * DAY_MS - MAX_SCHEDULE_MS);
  const fromMs = Math.max(floorMs, (created[0]?.[0] ?? 0) - BEHIND_MS);
  const toMs = Math.min(nowMs + AHEAD_MS, created.at(-1)?.[1] ?? 0);
  const newestFirst = [...webhooks].sort((one, other) => (one.id < other.id ? 1 : -1));
  const patterns = patternsOf(text);
  const withAttempts = text.terms.length > 0;
  const found: { readonly one: Found; readonly position: Position }[] = [];
  let [rows, bytes] = [0, 0];
  const count = (someRows: number, someBytes: number) => {
    rows += someRows;
    bytes += someBytes;
  };
  const isOver = () =>
    performance.now() - startedMs - (database.restedMs ?? 0) > bounds.ms || bytes > bounds.bytes;
  const page = (end: Position | undefined): KeyedSearchPage => {
    const coveredFromMs = end === undefined ? Math.max(floorMs, indexedFromMs()) : timeOf(end);
    const coveredToMs = after === undefined ? nowMs : timeOf(after);
    return {
      found: found.map(({ one }) => one),
      after: end,
      covered: { fromMs: Math.min(coveredFromMs, coveredToMs), toMs: coveredToMs },
      rows,
      bytes,
      filter: { asked: 0, read: 0, empty: 0 },
    };
  };
  if (query.nothing || fromMs >= toMs) return page(undefined);

  // The event of the position may have further results, unless all of it is done.
  let position = after && nextId(String(after.key), after.id === ALL_WEBHOOKS ? 0 : 1);
  for (;;) {
    const events = await findEventsByKeys(database, {
      account,
      terms: keys,
      fromMs,
      toMs,
      descending: true,
      position,
      limit: EVENTS_AT_ONCE,
      budget: { isOver, count },
    });
    for (const step of steps(events.rows)) {
      await look(step);
      if (found.length > limit) {
        found.length = limit;
        return page(found.at(-1)?.position);
      }
      if (isOver()) return page(step.end);
    }
    const last = events.stoppedAt ?? events.rows.at(-1)?.id;
    const isEnd = events.stoppedAt === undefined && events.rows.length < EVENTS_AT_ONCE;
    if (isEnd || last === undefined) return page(undefined);
    position = last;
    if (isOver()) return page({ key: position, id: ALL_WEBHOOKS });
  }

  /** From when on all keys that find something have all events. */
  function indexedFromMs(): number {
    const names = new Set(keys.filter(({ not }) => not !== true).map(keyName));
    return Math.max(
      fromMs,
      ...account.keys.filter(({ name }) => names.has(name)).map(({ sinceMs }) => sinceMs),
    );
  }

  function* steps(events: readonly KeyedEvent[]): Generator<Step> {
    const needed = withAttempts || needsInvocation ? newestFirst : [];
    if (needed.length <= PROBES_AT_ONCE) {
      const together = Math.max(1, Math.floor(PROBES_AT_ONCE / Math.max(1, needed.length)));
      for (let at = 0; at < events.length; at += together) {
        const some = events.slice(at, at + together);
        const { id } = some.at(-1) as KeyedEvent;
        yield { events: some, webhooks: needed, first: true, end: { key: id, id: ALL_WEBHOOKS } };
      }
      return;
    }
    for (const event of events) {
      for (let at = 0; at < needed.length; at += PROBES_AT_ONCE) {
        const some = needed.slice(at, at + PROBES_AT_ONCE);
        const { id } = some.at(-1) as ListedWebhook;
        const from = after?.key === event.id ? after.id : NO_WEBHOOK_YET;
        if (id >= from) continue;
        yield { events: [event], webhooks: some, first: at === 0, end: { key: event.id, id } };
      }
    }
  }

  /** Adds what a step finds, in order. */
  async function look({ events, first, webhooks: some }: Step): Promise<void> {
    const ofEvents = await invocationsOf(events, some);
    const bodies = first ? await eventsOf(events) : new Map<string, Found>();
    const wanted = withAttempts ? [...ofEvents.values()].flat() : [];
    const matched = await attemptsOf(wanted.filter(({ id }) => isCreated(id)));
    for (const { id: eventId } of events) {
      const own = bodies.get(eventId);
      const invocations = ofEvents.get(eventId) ?? [];
      if (own !== undefined && !isDone(eventId, NO_WEBHOOK_YET)) {
        const has =
          !needsInvocation ||
          invocations.length > 0 ||
          (some.length < newestFirst.length && (await hasFurther(eventId, events)));
        if (has) found.push({ one: own, position: { key: eventId, id: NO_WEBHOOK_YET } });
      }
      for (const { id, webhook_id: webhookId } of invocations) {
        const matches = matched.get(id);
        if (matches === undefined || isDone(eventId, webhookId)) continue;
        const one: FoundInvocation = {
          position: id,
          family: 'local',
          webhookId,
          invocationId: id,
          matches,
        };
        found.push({ one, position: { key: eventId, id: webhookId } });
      }
    }
  }

  /** The results that are events, of those that match. */
  async function eventsOf(events: readonly KeyedEvent[]): Promise<Map<string, Found>> {
    const some = events.filter(({ id, type }) => isCreated(id) && hasType(type));
    if (text.terms.length + text.excluded.length === 0) {
      return new Map(some.map((event) => [event.id, { position: event.id, event, matches: [] }]));
    }
    if (some.length === 0) return new Map();
    const read = await database.run(
      readFoundEvents,
      [...some].reverse().map(({ id }) => ({ accountId: account.id, id })),
    );
    const results = new Map<string, Found>();
    for (const event of read) {
      const matches = matchTexts([['event body', event.body ?? '']], text);
      if (matches === undefined) continue;
      results.set(event.id, { position: event.id, event, matches });
    }
    return results;
  }

  /** The invocations of events at some webhooks that match the filter, newest webhook first. */
  async function invocationsOf(
    events: readonly KeyedEvent[],
    some: readonly ListedWebhook[],
  ): Promise<Map<string, TrailRow[]>> {
    const probes: InvocationProbe[] = [];
    for (const { invocations_count: number, invocations_from: firstId } of events) {
      if (firstId === null || !number) continue;
      const lastId = nextId(firstId, number - 1);
      const youngest = firstIdAt(idTimeMs(firstId) + CLOCKS_MS);
      for (const { held, id: webhookId } of some) {
        if (webhookId <= youngest) probes.push({ webhookId, firstId, lastId, held });
      }
    }
    const byEvent = new Map<string, TrailRow[]>();
    if (probes.length === 0) return byEvent;
    const read = await database.run(readKeyedInvocations, { probes, filter });
    read.sort((one, other) => (one.webhook_id < other.webhook_id ? 1 : -1));
    const known = new Set(events.map(({ id }) => id));
    for (const { matches, ...row } of read) {
      if (!matches || row.event_id === null || !known.has(row.event_id)) continue;
      const all = byEvent.get(row.event_id) ?? [];
      all.push(row);
      byEvent.set(row.event_id, all);
    }
    return byEvent;
  }

  /** Whether an event has an invocation that matches at one of the webhooks behind the first ones. */
  async function hasFurther(eventId: string, events: readonly KeyedEvent[]): Promise<boolean> {
    const event = events.filter(({ id }) => id === eventId);
    for (let at = PROBES_AT_ONCE; at < newestFirst.length; at += PROBES_AT_ONCE) {
      const some = newestFirst.slice(at, at + PROBES_AT_ONCE);
      if ((await invocationsOf(event, some)).size > 0) return true;
    }
    return false;
  }

  /** The matches of each invocation with an attempt that matches. */
  async function attemptsOf(
    invocations: readonly TrailRow[],
  ): Promise<Map<string, AttemptMatch[]>> {
    const matched = new Map<string, AttemptMatch[]>();
    let some: TrailRow[] = [];
    let attempts = 0;
    for (const row of invocations) {
      if (some.length > 0 && attempts + row.attempts_count > ATTEMPTS_AT_ONCE) await flush();
      some.push(row);
      attempts += row.attempts_count;
    }
    await flush();
    return matched;

    async function flush(): Promise<void> {
      if (some.length === 0) return;
      const lanes = new Map(some.map(({ id, webhook_id: webhookId }) => [id, laneOf(webhookId)]));
      const read = await database.run(searchInvocationAttempts, { invocations: some, patterns });
      for (const row of read) if (row.rows !== null) count(row.rows, row.bytes);
      const keys = read.flatMap((row) =>
        row.id === null
          ? []
          : [{ lane: lanes.get(row.id) as number, invocation_id: row.id, number: row.number }],
      );
      keys.sort((one, other) => one.number - other.number);
      for (let at = 0; at < keys.length; at += TEXTS_AT_ONCE) {
        const texts = keys
          .slice(at, at + TEXTS_AT_ONCE)
          .filter(({ invocation_id: id }) => (matched.get(id)?.length ?? 0) < MOST_MATCHES);
        if (texts.length === 0) continue;
        for (const [id, matches] of await matchAttempts(database, text, texts)) {
          matched.set(id, [...(matched.get(id) ?? []), ...matches].slice(0, MOST_MATCHES));
        }
      }
      some = [];
      attempts = 0;
    }
  }

  function isDone(eventId: string, webhookId: string): boolean {
    return after?.key === eventId && webhookId >= after.id;
  }

  function hasType(type: string | null): boolean {
    return query.query.every(
      (term) =>
        term.field !== 'type' || matchesType(term, type ?? undefined) !== (term.not === true),
    );
  }

  function isCreated(id: string): boolean {
    const ms = idTimeMs(id);
    return created.some(([start, before]) => ms >= start && ms < before);
  }
}

/** Matches that a result shows of all its attempts. */
const MOST_MATCHES = 10;

const timeOf = ({ key }: Position): number => idTimeMs(String(key));
