import { RECONCILE_LAG_MS } from '../../archive/reconciler.ts';
import type { Runner } from '../../database/database.ts';
import { ALERT_TRAITS } from '../../model/alert-kinds.ts';
import type { Clock } from '../../model/clock.ts';
import { HOUR_MS, SECOND_MS } from '../../model/time-units.ts';
import { readNotArrived } from '../../sql/read-not-arrived.ts';
import type { AlertRules, Condition, ConditionReader } from '../condition.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
}

/** Hours of webhooks that are added up for a source; more than 1,000 in a window say nothing more. */
const MOST_HOURS = 1_000;

/** Sources of all accounts, those of which most is missing. */
const MOST_SOURCES = 10_000;

/**
 * Reads of which sources something did not arrive in the hours that are over and compared. A resend that arrives ends
 * it, and so does the end of the window.
 */
export function createReconcileReader({ clock, database }: Parts): ConditionReader {
  return { kinds: ['reconcile'], read };

  async function read(rules: AlertRules): Promise<readonly Condition[]> {
    const windowOf = (accountId: number) => rules.of(accountId, 'reconcile').windowSeconds ?? 0;
    const byDefault = ALERT_TRAITS.reconcile.defaults.windowSeconds as number;
    const windows = rules.accountIds
      .filter((accountId) => windowOf(accountId) !== byDefault)
      .map((accountId) => ({ accountId, windowMs: windowOf(accountId) * SECOND_MS }));
    const rows = await database.run(readNotArrived, {
      // The last hour that ended before the lag.
      untilMs: clock.now() - RECONCILE_LAG_MS - HOUR_MS + 1,
      windowMs: byDefault * SECOND_MS,
      windows,
      most: MOST_HOURS,
      limit: MOST_SOURCES,
    });
    const accountIds = new Set(rules.accountIds);
    return rows
      .filter(({ account_id }) => accountIds.has(account_id))
      .map((row) => ({
        accountId: row.account_id,
        kind: 'reconcile',
        subject: row.source_id,
        sourceId: row.source_id,
        value: row.not_arrived,
        sinceMs: row.first_hour_at.getTime(),
        facts: { name: row.source_name, window_seconds: windowOf(row.account_id) },
      }));
  }
}
