import type { Runner } from '../../database/database.ts';
import { readSpanGaps } from '../../sql/read-archive-gaps.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import { listedGapView } from '../schema/listed-gap-view.ts';

interface Listed {
  readonly accountId: number;
  /** What a page covers. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly webhooks: readonly Pick<ListedWebhook, 'family' | 'id'>[];
}

/** A log that is erased every day has 50 gaps in seven weeks: a page that covers more says the latest. */
const MOST_GAPS = 50;

/** PostgreSQL and readers take times up to here. */
const LAST_MS = Date.UTC(9999, 0);

/** The gaps of the archive where a page would have rows of archived webhooks. */
export async function readListedGaps(
  database: Runner,
  { accountId, fromMs, toMs, webhooks }: Listed,
) {
  const webhookIds = webhooks.filter(({ family }) => family === 'archived').map(({ id }) => id);
  if (webhookIds.length === 0) return [];
  const rows = await database.run(readSpanGaps, {
    accountId,
    fromMs: Math.max(0, fromMs),
    toMs: Math.min(LAST_MS, toMs),
    webhookIds,
    limit: MOST_GAPS,
  });
  return rows.map(listedGapView);
}
