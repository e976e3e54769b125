import { describe, expect, it } from 'vitest';
import { firstIdAt } from '../../model/ids.ts';
import { DAY_MS, HOUR_MS } from '../../model/time-units.ts';
import type { ReconciledWebhookRow } from '../../sql/read-reconciled-webhooks.ts';
import { ApiError } from '../errors/api-error.ts';
import { readReconcileSpan } from './read-reconcile-span.ts';

const NOW_MS = Date.UTC(2026, 10, 29, 18, 27, 5);
const WEBHOOK = firstIdAt(NOW_MS);

const iso = (ms: number) => new Date(ms).toISOString();

function webhooks(count: number): readonly ReconciledWebhookRow[] {
  const at = new Date(NOW_MS);
  return Array.from({ length: count }, (_, n) => ({
    id: firstIdAt(NOW_MS + n),
    account_id: 1,
    source_id: WEBHOOK,
    remote_id: `r${n}`,
    inbox_id: WEBHOOK,
    inbox_since_at: at,
    inbox_seen_at: at,
    reconciled_at: at,
    gone_at: null,
    clock_off_ms: null,
  }));
}

const hoursOf = (query: Parameters<typeof readReconcileSpan>[0], count = 1) => {
  const { fromMs, toMs } = readReconcileSpan(query, webhooks(count), NOW_MS);
  return (toMs - fromMs) / HOUR_MS;
};

function refusal(query: Parameters<typeof readReconcileSpan>[0], count = 1) {
  try {
    readReconcileSpan(query, webhooks(count), NOW_MS);
  } catch (error) {
    const { code, errors } = error as ApiError & { errors?: unknown };
    return { isApiError: error instanceof ApiError, code, errors };
  }
  return undefined;
}

describe('the span of a comparison', () => {
  it('is of whole hours, and the last 24 by default', () => {
    const { fromMs, toMs, webhookId } = readReconcileSpan({}, webhooks(1), NOW_MS);
    expect([iso(fromMs), iso(toMs), webhookId]).toEqual([
      '2026-11-28T19:00:00.000Z',
      '2026-11-29T19:00:00.000Z',
      null,
    ]);
    const inside = { from: '2026-11-29T10:20:00Z', to: '2026-11-29T12:20:00Z' };
    expect(hoursOf(inside)).toBe(3);
    expect(hoursOf({ from: '2026-11-29T10:00:00Z', to: '2026-11-29T10:00:00Z' })).toBe(0);
  });

  it('is at most 31 days long, which are not refused for the hours that they begin and end in', () => {
    const to = NOW_MS - HOUR_MS;
    expect(hoursOf({ from: iso(to - 31 * DAY_MS), to: iso(to) })).toBe(31 * 24 + 1);
    // A client that counts from its own clock is a moment behind.
    expect(hoursOf({ from: iso(NOW_MS - 31 * DAY_MS - 2_000) })).toBe(31 * 24 + 1);
    for (const query of [
      { from: iso(NOW_MS - 31 * DAY_MS - HOUR_MS) },
      { from: iso(to - 32 * DAY_MS), to: iso(to) },
      { from: '1970-01-01T00:00:00Z', to: iso(to) },
      { from: iso(NOW_MS), to: '9999-12-31T00:00:00Z' },
    ]) {
      expect(refusal(query), query.from).toMatchObject({
        isApiError: true,
        errors: [
          {
            field: 'from',
            code: 'out_of_range',
            message: 'from must be at most 31 days before to',
          },
        ],
      });
    }
  });

  it('has at most 100,000 hours of all webhooks, and of one any span is allowed', () => {
    const from = iso(NOW_MS - 31 * DAY_MS);
    expect(hoursOf({ from }, 134)).toBe(745);
    expect(refusal({ from }, 135)).toMatchObject({
      isApiError: true,
      errors: [
        {
          field: 'from',
          code: 'too_many',
          message: expect.stringMatching(/100575 hours of 135 webhooks, and at most 100000 are/),
        },
      ],
    });
    expect(refusal({}, 5_000)).toMatchObject({ errors: [{ code: 'too_many' }] });
    expect(hoursOf({ from, webhook: WEBHOOK }, 5_000)).toBe(745);
  });

  it('begins before it ends, and names a webhook by its id', () => {
    expect(refusal({ from: '2026-11-30T00:00:00Z' })).toMatchObject({
      errors: [{ field: 'from', code: 'conflict', message: expect.stringContaining('"now"') }],
    });
    expect(refusal({ webhook: 'orders' })).toMatchObject({
      errors: [{ field: 'webhook', code: 'invalid_format' }],
    });
  });
});
