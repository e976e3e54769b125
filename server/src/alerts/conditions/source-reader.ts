import type { Runner } from '../../database/database.ts';
import type { AlertKind } from '../../model/alert.ts';
import type { Clock } from '../../model/clock.ts';
import { firstIdAt } from '../../model/ids.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import { readSourceStates } from '../../sql/read-source-states.ts';
import type { AlertRules, Condition, ConditionReader } from '../condition.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  /** Tells how old the last look is: the clock of the database may be set back. */
  readonly monotonic?: () => number;
}

/** Looking at all sources reads a row of each of their webhooks. */
const EVERY_MS = MINUTE_MS;

/** Nothing ends a gap: after this time its alert does. */
const GAPS_MS = DAY_MS;

const MOST_ERROR = 500;

/** Reads which sources are behind, and which have new gaps: once a minute, and the same in between. */
export class SourceReader implements ConditionReader {
  readonly kinds: readonly AlertKind[] = ['source', 'gap'];
  readonly #parts: Parts;
  #found: readonly Condition[] = [];
  /** By the monotonic clock. */
  #readMs = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly read = async (rules: AlertRules): Promise<readonly Condition[]> => {
    const { clock, database, monotonic = () => performance.now() } = this.#parts;
    const elapsedMs = monotonic();
    if (elapsedMs - this.#readMs < EVERY_MS) return this.#found;
    const nowMs = clock.now();
    const found: Condition[] = [];
    for (const row of await database.run(readSourceStates, firstIdAt(nowMs - GAPS_MS))) {
      const { account_id: accountId, behind_since: since, error, id, name } = row;
      const of = { accountId, subject: id, sourceId: id };
      if (since !== null && !row.paused) {
        const { threshold } = rules.of(accountId, 'source');
        found.push({
          ...{ ...of, kind: 'source', value: (nowMs - since.getTime()) / SECOND_MS },
          sinceMs: since.getTime() + threshold * SECOND_MS,
          facts: { name, ...(error !== null && { error: error.slice(0, MOST_ERROR) }) },
        });
      }
      if (row.gaps > 0) {
        found.push({
          ...{ ...of, kind: 'gap', value: row.gaps, facts: { name } },
          ...(row.gap_found_at !== null && { sinceMs: row.gap_found_at.getTime() }),
        });
      }
    }
    this.#readMs = elapsedMs;
    this.#found = found.sort((one, other) => other.value - one.value);
    return this.#found;
  };
}
