import { beforeEach, describe, expect, it } from 'vitest';
import { ReplayPace } from './replay-pace.ts';

let nowMs: number;
let pace: ReplayPace;

beforeEach(() => {
  nowMs = 0;
  pace = new ReplayPace(() => nowMs);
});

/** Takes all that is allowed at each of these times; how much that was. */
function taken(webhookId: string, rate: number, times: readonly number[]): number[] {
  return times.map((atMs) => {
    nowMs = atMs;
    const allowance = pace.allowance(webhookId, rate);
    pace.take(webhookId, allowance);
    return allowance;
  });
}

const every = (ms: number, count: number) => Array.from({ length: count }, (_, n) => n * ms);

describe('the pace of a replay', () => {
  it('begins with one, and meets its rate exactly over time', () => {
    const turns = taken('a', 500, every(100, 2_001));
    expect(turns[0]).toBe(1);
    expect(turns.reduce((sum, count) => sum + count, 0)).toBe(100_001);
  });

  it('meets it in turns of any length below a second, also of a rate below one a turn', () => {
    let atMs = 0;
    const times = [0];
    for (let turn = 0; atMs < 100_000; turn++) {
      atMs += 70 + ((turn * 389) % 800);
      times.push(atMs);
    }
    const last = times.at(-1) as number;
    for (const rate of [3, 7, 333]) {
      const sum = taken(`at ${rate}`, rate, times).reduce((total, count) => total + count, 0);
      expect(sum).toBe(1 + Math.floor((last * rate) / 1_000));
    }
  });

  it('gives no more than a second at once to a webhook that could not be sent to', () => {
    expect(taken('a', 50, [0, 60_000, 60_100])).toEqual([1, 50, 5]);
    // One a second is the least.
    expect(taken('b', 1, [100_000, 200_000, 200_100])).toEqual([1, 1, 0]);
  });

  it('keeps what a turn did not use, and follows a new rate at once', () => {
    nowMs = 0;
    expect(pace.allowance('a', 10)).toBe(1);
    nowMs = 500;
    expect(pace.allowance('a', 10)).toBe(6);
    pace.take('a', 2);
    expect(pace.allowance('a', 10)).toBe(4);
    nowMs = 600;
    expect(pace.allowance('a', 100)).toBe(14);
  });

  it('counts each webhook for itself', () => {
    expect(taken('a', 10, [0, 1_000])).toEqual([1, 10]);
    expect(taken('b', 10, [1_000, 1_100])).toEqual([1, 1]);
  });
});
