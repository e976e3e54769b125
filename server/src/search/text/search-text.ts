import type { Clock } from '../../model/clock.ts';
import { firstIdAt } from '../../model/ids.ts';
import { MAX_SCHEDULE_MS } from '../../model/profiles.ts';
import { DAY_MS, HOUR_MS } from '../../model/time-units.ts';
import { Unavailable } from '../../model/unavailable.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import { readLateIndex } from '../../sql/read-late-index.ts';
import { storedSpan } from '../../trail/stored-span.ts';
import { filterMasks } from './filter-masks.ts';
import type { Found } from './found.ts';
import { openWindow } from './open-window.ts';
import type { SearchRunner } from './resting.ts';
import { type ScanStep, scanTexts } from './scan-texts.ts';
import { timeOfPosition } from './search-position.ts';
import type { SearchScope } from './search-window.ts';
import { type FilterUse, windows } from './windows.ts';

interface Parts {
  readonly clock: Clock;
  /** That of searches. */
  readonly database: SearchRunner;
  readonly retentionDays: number;
}

interface SearchRequest extends Omit<SearchScope, 'family'> {
  readonly limit: number;
  /** Results have smaller positions. */
  readonly after: string | undefined;
  /** Nothing can match. */
  readonly nothing: boolean;
}

/** Results, and what it took to find them. */
export interface SearchPage {
  readonly found: readonly Found[];
  /** Where to go on; absent at the end. */
  readonly after: string | undefined;
  /** All results of this span are on this page. */
  readonly covered: { readonly fromMs: number; readonly toMs: number };
  /** Events and attempts that were looked at, and their length. */
  readonly rows: number;
  readonly bytes: number;
  /** Blocks whose filters were asked, those that were read, and those without a result. */
  readonly filter: { readonly asked: number; readonly read: number; readonly empty: number };
}

/** What one answer takes at most, rests left out: then it ends early, with a cursor to go on. */
interface SearchBounds {
  readonly ms: number;
  readonly bytes: number;
}

const BOUNDS: SearchBounds = { ms: 1_500, bytes: 256 * 1024 * 1024 };

/** Ids may be of a time that this node has not reached yet. */
const AHEAD_MS = HOUR_MS;

/** The scan of our own trail, or that of the archive. */
interface Scanner {
  readonly steps: AsyncGenerator<ScanStep, void>;
  readonly found: Found[];
  /** All of its results from this position on were found. */
  position: string;
  isDone: boolean;
}

/**
 * Searches texts, newest first. Events and early attempts stand at the creation of the event or the
 * invocation, late attempts at their recording, archived ones at the creation of the invocation. It misses
 * nothing: a filter only says where nothing is, and what has none, the present and the archive, is read.
 *
 * Our own trail and the archive are scanned in turn, whichever has come less far, and results count down to
 * there. So they share the bounds of the answer, and neither is read much further than the other.
 */
export async function searchText(
  { clock, database, retentionDays }: Parts,
  request: SearchRequest,
  bounds = BOUNDS,
): Promise<SearchPage> {
  const startedMs = performance.now();
  const nowMs = clock.now();
  const { accountId, after, created, limit, nothing, query } = request;
  const top = firstIdAt(nowMs + AHEAD_MS);
  const start = after !== undefined && after < top ? after : top;
  const createdFromMs = created[0]?.[0] ?? 0;
  const createdUntilMs = created.at(-1)?.[1] ?? 0;
  // A day is dropped up to a day after its retention.
  const keptFromMs = nowMs - (retentionDays + 1) * DAY_MS - MAX_SCHEDULE_MS;
  let fromMs = Math.max(0, keptFromMs, createdFromMs);
  const use: FilterUse = { blocks: 0, read: 0, empty: 0 };
  let [rows, bytes] = [0, 0];
  const page = (found: readonly Found[], end: string | undefined): SearchPage => ({
    found,
    after: end,
    covered: {
      fromMs: end === undefined ? fromMs : timeOfPosition(end),
      toMs: after === undefined ? nowMs : timeOfPosition(start),
    },
    rows,
    bytes,
    filter: { asked: use.blocks, read: use.read, empty: use.empty },
  });
  if (nothing) return page([], undefined);

  const scans: Scanner[] = [];
  const ours = scopeOf('local');
  if (canMatch(ours)) {
    const [index] = await database.run(readLateIndex, undefined);
    if (!index?.ready) {
      throw new Unavailable(
        'an index of attempts is still being made: search follows after it',
        60,
      );
    }
    const masks = filterMasks(query, accountId);
    const oursFromMs = fromMs;
    addScan(ours, (untilMs) => windows(database, masks, { fromMs: oursFromMs, untilMs }, use));
  }
  const archived = scopeOf('archived');
  if (archived.webhooks.length > 0) {
    const { floorMs } = await storedSpan({ database, retentionDays }, archived.webhooks, nowMs);
    const archivedFromMs = Math.max(0, floorMs, createdFromMs);
    fromMs = canMatch(ours) ? Math.min(fromMs, archivedFromMs) : archivedFromMs;
    addScan(archived, (untilMs) => {
      const endMs = Math.min(untilMs, createdUntilMs);
      if (archivedFromMs >= endMs) return [];
      return [{ ...openWindow(archivedFromMs, endMs), late: false }];
    });
  }

  for (;;) {
    const open = scans.filter(({ isDone }) => !isDone);
    const behind = open.reduce<Scanner | undefined>(
      (one, other) => (one === undefined || other.position > one.position ? other : one),
      undefined,
    );
    const found = scans
      .flatMap((scan) => scan.found)
      .filter(({ position }) => behind === undefined || position >= behind.position)
      .sort((one, other) => (one.position < other.position ? 1 : -1));
    if (found.length > limit) {
      found.length = limit;
      return page(found, (found.at(-1) as Found).position);
    }
    if (behind === undefined) return page(found, undefined);
    const isOver =
      performance.now() - startedMs - (database.restedMs ?? 0) > bounds.ms || bytes > bounds.bytes;
    // Each answer comes further than the one before.
    if (isOver && behind.position < start) return page(found, behind.position);
    const step = await behind.steps.next();
    if (step.done === true) {
      behind.isDone = true;
      continue;
    }
    behind.found.push(...step.value.found);
    behind.position = step.value.position;
    rows += step.value.rows;
    bytes += step.value.bytes;
  }

  function scopeOf(family: Family): SearchScope {
    const webhooks = request.webhooks.filter((webhook) => webhook.family === family);
    return { ...request, family, webhooks };
  }

  /** Events count by themselves, unless one of their invocations must match. */
  function canMatch({ needsInvocation, webhooks }: SearchScope): boolean {
    return !needsInvocation || webhooks.length > 0;
  }

  function addScan(scope: SearchScope, of: Parameters<typeof scanTexts>[2]['windows']): void {
    const steps = scanTexts(database, scope, { windows: of, below: start, limit: limit + 1, use });
    scans.push({ steps, found: [], position: start, isDone: false });
  }
}
