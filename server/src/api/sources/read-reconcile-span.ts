import { isId } from '../../model/ids.ts';
import { DAY_MS, HOUR_MS } from '../../model/time-units.ts';
import type { ReconciledWebhookRow } from '../../sql/read-reconciled-webhooks.ts';
import { showValue } from '../errors/show-value.ts';
import { validationError } from '../errors/validation-error.ts';
import { parseTime } from '../input/parse-time.ts';

interface Query {
  readonly from?: string;
  readonly to?: string;
  readonly webhook?: string;
}

/** Whole hours; the end is exclusive. */
export interface ReconcileSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly webhookId: string | null;
}

const DEFAULT_MS = DAY_MS;

/** The numbers of 134 webhooks for so long are 100,000 rows, which PostgreSQL sums up in 70 ms (measured). */
const LONGEST_MS = 31 * DAY_MS;
const MOST_HOURS = 100_000;

/** @throws ApiError `InvalidParameter` */
export function readReconcileSpan(
  { from, to, webhook }: Query,
  webhooks: readonly ReconciledWebhookRow[],
  nowMs: number,
): ReconcileSpan {
  const endMs = to === undefined ? nowMs : parseTime('to', to).ceilMs;
  const toMs = Math.ceil(endMs / HOUR_MS) * HOUR_MS;
  const startMs = from === undefined ? toMs - DEFAULT_MS : parseTime('from', from).floorMs;
  const fromMs = Math.floor(startMs / HOUR_MS) * HOUR_MS;
  if (startMs > endMs) {
    throw invalid(
      'from',
      'conflict',
      `from must not be after to, got ${showValue(from)} and ${showValue(to ?? 'now')}`,
    );
  }
  // Both ends grow to whole hours.
  if (toMs - fromMs > LONGEST_MS + HOUR_MS) {
    throw invalid('from', 'out_of_range', 'from must be at most 31 days before to');
  }
  if (webhook !== undefined && !isId(webhook)) {
    throw invalid(
      'webhook',
      'invalid_format',
      `webhook must be the id of an archived webhook, got ${showValue(webhook)}`,
    );
  }
  const hours = ((toMs - fromMs) / HOUR_MS) * (webhook === undefined ? webhooks.length : 1);
  if (hours > MOST_HOURS) {
    throw invalid(
      'from',
      'too_many',
      `the span has ${hours} hours of ${webhooks.length} webhooks, and at most ${MOST_HOURS} are summed up: narrow it, or name one webhook`,
    );
  }
  return { fromMs, toMs, webhookId: webhook ?? null };
}

const invalid = (
  field: string,
  code: 'conflict' | 'invalid_format' | 'out_of_range' | 'too_many',
  message: string,
) => validationError('InvalidParameter', [{ field, code, message }]);
