import type { Runner } from '../database/database.ts';
import { findUnfolded } from '../deltas/find-unfolded.ts';
import type { DeliveryStatus, ListedStatus } from '../model/delivery-status.ts';
import { laneOf } from '../model/lanes.ts';
import type { Counted, RollupRow } from '../sql/parts/rollup-reading.ts';
import { readDays, readHours, readMinutes } from '../sql/read-rollups.ts';
import { accountCounted } from './account-counted.ts';
import type { Chosen } from './choose-unit.ts';
import { readCountsApart } from './read-counts-apart.ts';
import { Sums } from './sums.ts';

/** What may have rows of its own. */
export type CountedBy = 'webhook' | 'status' | 'error';

interface Parts {
  /** Whether the tables are distributed over a Citus cluster. */
  readonly citus: boolean;
  readonly database: Runner;
}

interface Request {
  readonly accountId: number;
  /** Only these; undefined: all that the account has, or had. */
  readonly webhookIds: readonly string[] | undefined;
  /** The webhooks that are known by name, where rows are by webhook. */
  readonly knownIds: readonly string[];
  readonly by: readonly CountedBy[];
  readonly byStep: boolean;
  readonly chosen: Chosen;
  readonly statuses: readonly ListedStatus[] | null;
  readonly errors: readonly string[] | null;
}

/** One row of counts. */
export interface CountsRow {
  /** Undefined, although rows are by webhook: of webhooks that are no longer known. */
  readonly webhookId: string | undefined;
  readonly at: Date | undefined;
  readonly status: DeliveryStatus | undefined;
  /** Empty: without an error. */
  readonly error: string | undefined;
  readonly sums: Sums;
}

export interface CountsResult {
  readonly rows: readonly CountsRow[];
  readonly total: Sums;
  /** What was recorded from then on may be missing; undefined: nothing is. */
  readonly countedUntil: Date | undefined;
}

/**
 * Deltas of each writer that are counted beside what is folded. Folding runs every 10 s, in which a busy
 * node writes some hundreds; where it is behind, the answer says until when it counts.
 */
const UNFOLDED = 1_000;

const STATEMENTS = { minute: readMinutes, hour: readHours, day: readDays };

/** Sums the rollups of an account, or of some webhooks, and what is not folded into them yet. */
export async function countRollups(
  { citus, database }: Parts,
  request: Request,
): Promise<CountsResult> {
  const { accountId, by, byStep, chosen, errors, knownIds, statuses, webhookIds } = request;
  const account = accountCounted(accountId);
  const byWebhook = by.includes('webhook');
  const ids = webhookIds ?? (byWebhook ? knownIds : []);
  const counted: Counted[] = ids.map((id) => ({ lane: laneOf(id), id }));
  if (webhookIds === undefined) counted.push(account);
  const wanted = {
    counted,
    accountId,
    from: new Date(chosen.fromMs),
    to: new Date(chosen.toMs),
    by: {
      // The account's row is told apart by it too.
      counted: byWebhook,
      at: byStep,
      status: by.includes('status'),
      error: by.includes('error'),
    },
    statuses,
    errors,
    unfolded: UNFOLDED,
  };
  const [unfolded, rows] = await Promise.all([
    findUnfolded(database, UNFOLDED, citus),
    citus
      ? readCountsApart(database, chosen.unit, wanted)
      : database.run(STATEMENTS[chosen.unit], wanted),
  ]);

  const total = new Sums();
  /** By their keys: read apart, several rows may have one. */
  const found = new Map<string, CountsRow>();
  /** What the account has beyond the webhooks that are known, by the rest of the key. */
  const rest = new Map<string, CountsRow>();
  const sumsOf = (
    all: Map<string, CountsRow>,
    row: RollupRow,
    webhookId: string | undefined,
  ): Sums => {
    const key = `${webhookId} ${row.at?.getTime()} ${row.status} ${row.error_class}`;
    let one = all.get(key);
    if (one === undefined) {
      one = rowOf(row, webhookId);
      all.set(key, one);
    }
    return one.sums;
  };
  for (const row of rows) {
    const isAccount = row.counted_id === null || row.counted_id === account.id;
    const isTotal = webhookIds !== undefined || isAccount;
    if (isTotal) total.add(row);
    if (byWebhook && webhookIds === undefined) {
      sumsOf(rest, row, undefined).add(row, isAccount ? 1 : -1);
    }
    if (byWebhook && isAccount) continue;
    sumsOf(found, row, row.counted_id ?? undefined).add(row);
  }
  const known = [...found.values()];
  for (const one of rest.values()) if (!one.sums.isEmpty) known.push(one);
  const behind = unfolded.flatMap(({ made_at }) => (made_at === null ? [] : [made_at.getTime()]));
  return {
    rows: by.length > 0 || byStep ? known : [],
    total,
    countedUntil: behind.length === 0 ? undefined : new Date(Math.min(...behind)),
  };
}

function rowOf(row: RollupRow, webhookId: string | undefined): CountsRow {
  return {
    webhookId,
    at: row.at ?? undefined,
    status: row.status ?? undefined,
    error: row.error_class ?? undefined,
    sums: new Sums(),
  };
}
