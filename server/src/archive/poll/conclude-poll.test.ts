import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import { advanceWalk } from './advance-walk.ts';
import { concludePoll, LOG_MS } from './conclude-poll.ts';
import { OVERLAP_MS } from './known-until.ts';
import type { LogState } from './log-state.ts';

const NOW = Date.UTC(2026, 0, 20);
const state = (changes: Partial<LogState> = {}): LogState => ({
  watermarkMs: NOW - HOUR_MS,
  sinceMs: NOW - 30 * DAY_MS,
  newestMs: NOW - 2 * HOUR_MS,
  ...changes,
});
const page = (rows: readonly [number, boolean][], after?: string) => ({
  rows: rows.map(([agoMs, known]) => ({ completedMs: NOW - agoMs, known })),
  after,
  remoteMs: NOW,
  latestMs: NOW,
});
const conclude = (rows: readonly [number, boolean][], after?: string, of = state()) =>
  concludePoll(advanceWalk(null, page(rows, after), of.newestMs), of);
/** Of a poll that suspects something, what the one after it finds. */
const confirm = (
  rows: readonly [number, boolean][],
  { of = state(), next = rows }: { of?: LogState; next?: readonly [number, boolean][] } = {},
) => {
  const first = conclude(rows, undefined, of);
  expect(first).toMatchObject({
    gap: undefined,
    again: { after: null, suspected: true },
    state: of,
  });
  return concludePoll(advanceWalk(first?.again ?? null, page(next), of.newestMs), of);
};

describe('a poll', () => {
  it('goes on until a page has only known rows and reaches back beyond the overlap', () => {
    expect(conclude([[MINUTE_MS, false]], 'next')).toBeUndefined();
    // Known, but not far enough: rows of the overlap may be listed late.
    expect(conclude([[HOUR_MS + 5 * MINUTE_MS, true]], 'next')).toBeUndefined();
    // Far enough, and with something new.
    expect(
      conclude(
        [
          [HOUR_MS, true],
          [2 * HOUR_MS, false],
        ],
        'next',
      ),
    ).toBeUndefined();
    expect(conclude([], 'next')).toBeUndefined();
    expect(conclude([[2 * HOUR_MS, true]], 'next')?.state).toMatchObject({ watermarkMs: NOW });
    expect(
      conclude([
        [MINUTE_MS, false],
        [2 * HOUR_MS, true],
      ])?.gap,
    ).toBeUndefined();
  });

  it('misses no row that the log may have forgotten by another clock than ours', () => {
    const of = state({ newestMs: NOW - LOG_MS + 4 * HOUR_MS });
    const at = (latestMs: number) =>
      concludePoll(advanceWalk(null, { ...page([]), latestMs }, of.newestMs), of);
    expect(at(NOW)?.again).toMatchObject({ suspected: true });
    expect(at(NOW + 8 * HOUR_MS)).toMatchObject({ again: null, gap: undefined });
  });

  it('counts what is older than what was known as late', () => {
    const of = state();
    const advanced = advanceWalk(
      null,
      page([
        [MINUTE_MS, false],
        [2 * HOUR_MS, true],
        [3 * HOUR_MS, false],
      ]),
      of.newestMs,
    );
    expect(advanced.late).toBe(1);
  });

  it('finds no gap in a log that nobody read before, nor in one without rows', () => {
    const first = state({ watermarkMs: null, sinceMs: null, newestMs: null });
    expect(conclude([[MINUTE_MS, false]], undefined, first)).toMatchObject({
      gap: undefined,
      state: { sinceMs: NOW - LOG_MS, newestMs: NOW - MINUTE_MS },
    });
    expect(conclude([], undefined, state({ newestMs: null }))?.gap).toBeUndefined();
    // Its newest row is forgotten by now.
    expect(conclude([], undefined, state({ newestMs: NOW - 8 * DAY_MS }))?.gap).toBeUndefined();
  });

  it('finds the gap of an outage, and of a log that lost what it listed', () => {
    const long = state({ watermarkMs: NOW - 9 * DAY_MS, newestMs: NOW - 9 * DAY_MS });
    expect(conclude([[MINUTE_MS, false]], undefined, long)?.gap).toEqual({
      fromMs: NOW - 9 * DAY_MS - OVERLAP_MS,
      toMs: NOW - LOG_MS,
      reason: 'outage',
    });
    // It knows nothing of before it began.
    expect(
      conclude([[MINUTE_MS, false]], undefined, { ...long, sinceMs: NOW - 9 * DAY_MS - MINUTE_MS })
        ?.gap?.fromMs,
    ).toBe(NOW - 9 * DAY_MS - MINUTE_MS);
    const erased = confirm([[MINUTE_MS, false]], { next: [[MINUTE_MS, true]] });
    expect(erased?.gap).toEqual({
      fromMs: NOW - HOUR_MS - OVERLAP_MS,
      toMs: NOW - MINUTE_MS,
      reason: 'log erased',
    });
    const empty = confirm([]);
    expect(empty?.gap).toMatchObject({ reason: 'log erased', toMs: NOW });
    // Once: nothing is expected of it any more.
    expect(empty?.state.newestMs).toBeNull();
    expect(conclude([], undefined, empty?.state)?.gap).toBeUndefined();
  });

  it('takes an archived invocation that is listed with a later outcome for a log that was not erased', () => {
    const of = state();
    const polled = (knownSinceMs: number) => {
      const row = { completedMs: NOW - MINUTE_MS, known: false, knownSinceMs };
      return concludePoll(advanceWalk(null, { ...page([]), rows: [row] }, of.newestMs), of);
    };
    expect(polled(NOW - 3 * HOUR_MS)).toMatchObject({
      again: null,
      gap: undefined,
      state: { watermarkMs: NOW, newestMs: NOW - MINUTE_MS },
    });
    // Its earlier outcome may be one that this walk stored before it was interrupted.
    expect(polled(NOW - HOUR_MS)?.again?.suspected).toBe(true);
  });

  it('does not take rows that it stored before it was interrupted for those it expects', () => {
    const of = state();
    const again = advanceWalk(
      null,
      page([
        [MINUTE_MS, true],
        [30 * MINUTE_MS, false],
      ]),
      of.newestMs,
    );
    expect(concludePoll(again, of)?.again?.suspected).toBe(true);
  });

  it.each<{ rows: [number, boolean][] }>([
    { rows: [] },
    { rows: [[MINUTE_MS, false]] },
    { rows: [[3 * HOUR_MS, false]] },
  ])('takes one list without what it expects for a mistake: %j', ({ rows }) => {
    const next: [number, boolean][] = [
      ...rows.map(([agoMs]): [number, boolean] => [agoMs, true]),
      [2 * HOUR_MS, true],
      [4 * HOUR_MS, true],
    ];
    expect(confirm(rows, { next })).toMatchObject({ gap: undefined, again: null });
  });

  it('does not take a late row that the first of two walks stored for one that was known', () => {
    const late: [number, boolean] = [3 * HOUR_MS, false];
    const erased = confirm([late], { next: [[3 * HOUR_MS, true]] });
    expect(erased).toMatchObject({ gap: { reason: 'log erased' }, again: null });
  });
});
