import type { Runner } from '../../database/database.ts';
import { firstIdAt, idTimeMs, uuidFromId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import type { Ranges } from '../../query/ranges.ts';
import { inFamily } from '../../sql/parts/in-family.ts';
import type { InvocationFilter } from '../../sql/parts/invocation-filter.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import { readFoundEvents } from '../../sql/read-found-events.ts';
import { readFoundInvocations } from '../../sql/read-found-invocations.ts';
import { searchAttempts } from '../../sql/search-attempts.ts';
import { searchEvents } from '../../sql/search-events.ts';
import { searchLateAttempts } from '../../sql/search-late-attempts.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import type { Found } from './found.ts';
import { hasInvocation } from './has-invocation.ts';
import { latePosition } from './late-position.ts';
import { matchAttempts } from './match-attempts.ts';
import { matchTexts } from './match-texts.ts';
import type { Window } from './open-window.ts';
import { patternsOf } from './patterns-of.ts';
import { archivedPosition, endOfIds, webhookOfPosition } from './search-position.ts';
import type { TextQuery } from './text-query.ts';
import { WEBHOOKS_AT_ONCE } from './webhooks-at-once.ts';

/** What every window of a search has in common. */
export interface SearchScope {
  readonly accountId: number;
  /** Of what it searches. */
  readonly family: Family;
  readonly query: TextQuery;
  readonly filter: InvocationFilter;
  /** When an event, or the invocation of an attempt, was created. */
  readonly created: Ranges;
  /** Of the family. */
  readonly webhooks: readonly ListedWebhook[];
  /** The query says something of invocations: an event counts if one of its own matches. */
  readonly needsInvocation: boolean;
}

/** What a window had. */
export interface WindowResult {
  /** In the order of their positions, newest first. */
  readonly found: readonly Found[];
  /** All that was found from this position on is there; further on there may be more. */
  readonly stoppedAt: string;
  /** Events and attempts that were looked at, and their length. */
  readonly rows: number;
  readonly bytes: number;
}

/** What comes from one table. */
interface Part {
  readonly found: Found[];
  readonly stoppedAt: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Candidates that one statement returns. */
const CANDIDATES = 200;

/** Candidates whose texts are read at once: at most 20 MiB of bodies. */
const AT_ONCE = 20;

/**
 * Looks through a window: the database returns what may match, and the node decides by the texts. It
 * reads no more texts than `limit` results need.
 *
 * @param below results have smaller positions
 */
export async function searchWindow(
  database: Runner,
  scope: SearchScope,
  window: Window,
  below: string,
  limit: number,
): Promise<WindowResult> {
  const { accountId, created, family, filter, needsInvocation, query, webhooks } = scope;
  const patterns = patternsOf(query);
  const fromId = firstIdAt(window.fromMs);
  const top = smaller(firstIdAt(window.untilMs), below);
  const isCreated = (id: string) => {
    const ms = idTimeMs(id);
    return created.some(([from, before]) => ms >= from && ms < before);
  };
  const parts: Part[] = [];
  if (window.events && fromId < endOfIds(top)) parts.push(await eventsPart());
  if (window.early) {
    for (const [untilId, some] of byEnd(webhooks, top)) {
      for (let start = 0; start < some.length && fromId < untilId; start += WEBHOOKS_AT_ONCE) {
        parts.push(await earlyPart(some.slice(start, start + WEBHOOKS_AT_ONCE), untilId));
      }
    }
  }
  if (window.late && webhooks.length > 0) parts.push(await latePart());

  const stoppedAt = [fromId, ...parts.map((part) => part.stoppedAt)].sort().at(-1) as string;
  const found = parts.flatMap((part) => part.found).filter(({ position }) => position >= stoppedAt);
  found.sort((one, other) => (one.position < other.position ? 1 : -1));
  return {
    found,
    stoppedAt,
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
  };

  async function eventsPart(): Promise<Part> {
    const read = await database.run(inFamily(searchEvents, family), {
      accountId,
      fromId,
      untilId: endOfIds(top),
      patterns,
      filter,
      limit: CANDIDATES,
    });
    const ids = read.flatMap(({ id }) => id ?? []);
    const found: Found[] = [];
    const end = await verify(ids, found, async (some) => {
      const rows = await database.run(
        inFamily(readFoundEvents, family),
        some.map((id) => ({ accountId, id })),
      );
      rows.sort((one, other) => (one.id < other.id ? 1 : -1));
      for (const event of rows) {
        if (!isCreated(event.id) || event.body === null) continue;
        const matches = matchTexts([['event body', event.body]], query);
        if (matches === undefined) continue;
        if (needsInvocation && !(await hasInvocation(database, event, scope))) continue;
        found.push({ position: event.id, event, matches });
      }
    });
    return {
      found,
      stoppedAt: end ?? (ids.length < CANDIDATES ? fromId : (ids.at(-1) as string)),
      ...total(read),
    };
  }

  async function earlyPart(some: readonly ListedWebhook[], untilId: string): Promise<Part> {
    const read = await database.run(inFamily(searchAttempts, family), {
      webhooks: some,
      fromId,
      untilId,
      patterns,
      filter,
      limit: CANDIDATES,
    });
    const attempts = read.flatMap((row) => (row.id === null ? [] : [row]));
    const byPosition = new Map<string, { id: string; webhookId: string; numbers: number[] }>();
    for (const { id, number, webhook_id: webhookId } of attempts) {
      const position = family === 'archived' ? archivedPosition(id, webhookId) : id;
      const one = byPosition.get(position);
      if (one === undefined) byPosition.set(position, { id, webhookId, numbers: [number] });
      else one.numbers.push(number);
    }
    const positions = [...byPosition.keys()];
    const cut = attempts.length === CANDIDATES;
    // Of the last one, some attempts may be missing; it comes again unless it is the only one.
    if (cut && positions.length > 1) byPosition.delete(positions.pop() as string);
    const found: Found[] = [];
    const end = await verify(positions, found, async (some) => {
      const candidates = some.map((position) => {
        const one = byPosition.get(position);
        return { position, ...(one as Exclude<typeof one, undefined>) };
      });
      const keys = candidates.flatMap(({ id, numbers, webhookId }) =>
        numbers.map((number) => ({
          lane: laneOf(webhookId),
          webhook_id: webhookId,
          invocation_id: id,
          number,
        })),
      );
      const matched = await matchAttempts(database, query, keys, family);
      for (const { id, position, webhookId } of candidates) {
        const matches = matched.get(position);
        if (matches === undefined || !isCreated(id)) continue;
        found.push({ position, family, webhookId, invocationId: id, matches });
      }
    });
    const last = cut ? (positions.at(-1) as string) : fromId;
    return { found, stoppedAt: end ?? last, ...total(read) };
  }

  async function latePart(): Promise<Part> {
    const end = endOfIds(top);
    const read = await database.run(searchLateAttempts, {
      fromMs: window.fromMs,
      belowMs: idTimeMs(end),
      belowTail: uuidFromId(end).slice(14),
      patterns,
      limit: CANDIDATES,
    });
    const attempts = read.flatMap((row) => (row.invocation_id === null ? [] : [row]));
    const byPosition = new Map(attempts.map((row) => [latePosition(row.recorded_ms, row.id), row]));
    const positions = [...byPosition.keys()];
    const found: Found[] = [];
    const last = await verify(positions, found, async (some) => {
      for (const position of some) {
        const row = byPosition.get(position) as (typeof attempts)[number];
        if (!isCreated(row.invocation_id)) continue;
        const webhookId = await ownerOf(row.lane, row.invocation_id);
        if (webhookId === undefined) continue;
        const matches = (await matchAttempts(database, query, [row])).get(row.invocation_id);
        if (matches === undefined) continue;
        found.push({ position, family, webhookId, invocationId: row.invocation_id, matches });
      }
    });
    const stoppedAt = attempts.length < CANDIDATES ? fromId : (positions.at(-1) as string);
    return { found, stoppedAt: last ?? stoppedAt, ...total(read) };
  }

  /** The webhook of the search that has an invocation which matches. */
  async function ownerOf(lane: number, id: string): Promise<string | undefined> {
    const wanted = webhooks
      .filter((webhook) => laneOf(webhook.id) === lane)
      .map(({ id: webhookId, held }) => ({ webhookId, held, firstId: id, lastId: id }));
    if (wanted.length === 0) return undefined;
    const [row] = await database.run(readFoundInvocations, { wanted, filter });
    return row?.webhook_id;
  }

  /** Verifies candidates until there are enough results; resolves to the last one if it did not get to the end. */
  async function verify(
    candidates: readonly string[],
    found: readonly Found[],
    some: (candidates: readonly string[]) => Promise<void>,
  ): Promise<string | undefined> {
    for (let start = 0; start < candidates.length; start += AT_ONCE) {
      if (found.length >= limit) return candidates[start - 1];
      await some(candidates.slice(start, start + AT_ONCE));
    }
    return undefined;
  }
}

/** Webhooks by the id before which all of their invocations are that stand below a position. */
function byEnd(
  webhooks: readonly ListedWebhook[],
  position: string,
): Iterable<[untilId: string, webhooks: ListedWebhook[]]> {
  if (webhookOfPosition(position) === undefined) return [[position, [...webhooks]]];
  const groups = new Map<string, ListedWebhook[]>();
  for (const webhook of webhooks) {
    const untilId = endOfIds(position, webhook.id);
    const group = groups.get(untilId);
    if (group === undefined) groups.set(untilId, [webhook]);
    else group.push(webhook);
  }
  return groups;
}

const smaller = (one: string, other: string): string => (one < other ? one : other);

function total(rows: readonly { readonly rows: number | null; readonly bytes: number | null }[]) {
  const last = rows.find((row) => row.rows !== null);
  return { rows: last?.rows ?? 0, bytes: last?.bytes ?? 0 };
}
