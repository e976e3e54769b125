import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { chooseUnit } from './choose-unit.ts';

const nowMs = Date.UTC(2026, 10, 29, 10, 17, 30);
const wanted = {
  step: undefined,
  counted: 1,
  nowMs,
  keptMs: { minute: 14 * DAY_MS, hour: 400 * DAY_MS, day: 400 * DAY_MS },
} as const;
const last = (ms: number) => [nowMs - ms, nowMs] as const;

describe('chooseUnit', () => {
  it.each([
    [HOUR_MS, 1, 'minute'],
    [6 * HOUR_MS, 1, 'minute'],
    [7 * HOUR_MS, 1, 'hour'],
    [62 * DAY_MS, 1, 'hour'],
    [63 * DAY_MS, 1, 'day'],
    [HOUR_MS, 4_000, 'minute'],
    [HOUR_MS, 10_000, 'hour'],
    [3 * DAY_MS, 10_000, 'day'],
  ])('of %i ms of %i webhooks is bounded', (ms, counted, unit) => {
    expect(chooseUnit({ ...wanted, span: last(ms), counted }).unit).toBe(unit);
  });

  it('takes whole units, and no more than is kept or has been', () => {
    const { fromMs, toMs } = chooseUnit({ ...wanted, span: last(HOUR_MS) });
    expect(new Date(fromMs).toISOString()).toBe('2026-11-29T09:17:00.000Z');
    expect(new Date(toMs).toISOString()).toBe('2026-11-29T10:18:00.000Z');
    const all = chooseUnit({ ...wanted, span: [0, Number.POSITIVE_INFINITY] });
    expect(all.unit).toBe('day');
    expect(nowMs - all.fromMs).toBeLessThanOrEqual(401 * DAY_MS);
    expect(all.toMs).toBe(Date.UTC(2026, 10, 30));
  });

  it('reads hours where minutes are not kept any more', () => {
    const span = [nowMs - 30 * DAY_MS, nowMs - 30 * DAY_MS + HOUR_MS] as const;
    expect(chooseUnit({ ...wanted, span }).unit).toBe('hour');
  });

  it.each([
    ['1500 minutes', { span: last(1_499 * MINUTE_MS), step: 'minute' }, undefined],
    [
      '1501 minutes',
      { span: last(1_501 * MINUTE_MS), step: 'minute' },
      /1502 steps, and at most 1500/,
    ],
    [
      'webhooks',
      { span: last(DAY_MS), step: 'hour', counted: 2_000 },
      /of 2000 webhooks, and at most 15 .* or name/,
    ],
    [
      'all webhooks forever',
      { span: last(400 * DAY_MS), counted: 10_000 },
      /10000 webhooks for 401 days/,
    ],
    [
      'old minutes',
      { span: [nowMs - 20 * DAY_MS, nowMs - 20 * DAY_MS + 1], step: 'minute' },
      /goes back 14 days/,
    ],
  ] as const)('of %s: %s', (_what, values, refusal) => {
    const choose = () => chooseUnit({ ...wanted, ...values });
    if (refusal === undefined) expect(choose().unit).toBe('minute');
    else expect(choose).toThrow(refusal);
  });
});
