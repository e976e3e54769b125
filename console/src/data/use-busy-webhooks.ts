import type { CountsRow } from '@hooktrail/sdk/hooktrail';
import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { DAY_MS, daysBefore } from '../model/days-before.ts';
import { callOptions } from './call-options.ts';
import { hooktrail } from './hooktrail.ts';
import { live } from './live.ts';

/** More rows do not help a reader, and each has a row for each hour and status. */
const SHOWN = 40;

/** An answer with a row for each of them has some 300 KB: larger accounts see those that fail. */
export const MOST_TABLED = 1_000;

const LIVE_MS = 60_000;
const OVER_MS = 5 * 60_000;
/** Names, what is not folded yet, and rollups: twice. */
const STATEMENTS = 6;

const rowsOf = (counts: readonly CountsRow[]) =>
  new Map(counts.flatMap((row) => (row.webhook === undefined ? [] : [[row.webhook.id, row]])));

/**
 * The webhooks with the most attempts in the last 24 hours, and their attempts by hour and status.
 * `named`: of an account with too many webhooks only these are counted.
 */
export function useBusyWebhooks(webhooks: number | undefined, named: readonly string[]) {
  const isLarge = (webhooks ?? 0) > MOST_TABLED;
  const ids = isLarge ? named.slice(0, SHOWN) : [];
  const only = ids.length === 0 ? '' : `webhook:${ids.join()} `;
  const enabled = webhooks !== undefined && !(isLarge && ids.length === 0);
  const now = useQuery({
    queryKey: ['busy-webhooks', only],
    queryFn: async (context) => {
      const options = callOptions(context);
      const { counts, meta } = await hooktrail.counts(
        `${only}since:24h`,
        { by: ['webhook'] },
        options,
      );
      const rows = counts.filter(({ webhook }) => webhook !== undefined).slice(0, SHOWN);
      const shown = rows.flatMap(({ webhook }) => webhook?.id ?? []);
      if (shown.length === 0) return { rows, hours: [], meta };
      const hours = await hooktrail.counts(
        `webhook:${shown.join()} since:24h`,
        { by: ['webhook', 'status'], step: 'hour' },
        options,
      );
      return { rows, hours: hours.counts, meta: hours.meta };
    },
    enabled,
    placeholderData: keepPreviousData,
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
  const shown = now.data?.rows.flatMap(({ webhook }) => webhook?.id ?? []) ?? [];
  const before = useQuery({
    queryKey: ['busy-webhooks-before', shown.toSorted().join()],
    queryFn: async (context) => {
      const options = callOptions(context);
      const of = async (days: number) => {
        const span = daysBefore(days, Date.now(), DAY_MS);
        const q = `webhook:${shown.join()} ${span}`;
        return rowsOf((await hooktrail.counts(q, { by: ['webhook'] }, options)).counts);
      };
      const [yesterday, lastWeek] = await Promise.all([of(1), of(7)]);
      return { yesterday, lastWeek };
    },
    enabled: shown.length > 0,
    staleTime: OVER_MS,
    placeholderData: keepPreviousData,
    meta: live({ everyMs: OVER_MS, statements: STATEMENTS }),
  });
  return { now, before: before.data, isLarge };
}
