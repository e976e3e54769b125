import { describe, expect, it } from 'vitest';
import { NEW_PROGRESS, type ReplayProgress } from './replay-progress.ts';
import type { ReplaySpec } from './replay-spec.ts';
import { stopReason } from './stop-reason.ts';

const spec = (given: Partial<ReplaySpec>): ReplaySpec => ({
  query: [],
  before_ms: 0,
  order: 'oldest',
  rate: 20,
  max: 1_000,
  canary: null,
  stop_on: null,
  target_webhook_id: null,
  include_succeeded: false,
  ...given,
});

const canary = (succeeded: number, failed: number, passed = false): ReplayProgress => ({
  ...NEW_PROGRESS,
  canary: { sent: 10, succeeded, failed, passed },
});
const recent = (text: string): ReplayProgress => ({ ...NEW_PROGRESS, recent: text });

describe('a canary', () => {
  const of = (share: number) => spec({ canary: { count: 10, success_share: share } });

  it.each<[string, number, number, number, boolean]>([
    ['has no outcome yet', 0.9, 0, 0, false],
    ['has as many failures as it may have', 0.9, 9, 1, false],
    ['has one more, before the rest has an outcome', 0.9, 0, 2, true],
    ['may not fail at all', 1, 9, 1, true],
    ['may fail altogether', 0, 0, 10, false],
    ['has a share that no number of ten is exactly', 0.75, 7, 2, false],
    ['falls below such a share', 0.75, 7, 3, true],
    ['has a share whose difference to one is not exact in binary', 0.7, 7, 3, false],
  ])('%s', (_, share, succeeded, failed, stops) => {
    expect(stopReason(of(share), canary(succeeded, failed)) !== undefined).toBe(stops);
  });

  it('stops nothing once it has passed, nor before it has begun', () => {
    expect(stopReason(of(1), canary(0, 10, true))).toBeUndefined();
    expect(stopReason(of(1), NEW_PROGRESS)).toBeUndefined();
    expect(stopReason(spec({}), canary(0, 10))).toBeUndefined();
  });

  it('says what it found, and what was asked for', () => {
    expect(stopReason(of(0.905), canary(1, 2))).toEqual({
      code: 'canary',
      reason:
        'canary: 1 of 3 attempts succeeded, and 90.5 % of 10 were asked for; resume it to send the next 10 as a canary',
    });
  });
});

describe('stop_on', () => {
  const of = (share: number, last: number) =>
    spec({ stop_on: { failure_share: share, of_last: last } });

  it.each<[string, string, number, number, boolean]>([
    ['waits for as many outcomes as it looks at', '000', 0.5, 4, false],
    ['stops at the share', '1010', 0.5, 4, true],
    ['goes on below it', '1011', 0.5, 4, false],
    ['looks at the last ones only', '00001111', 0.5, 4, false],
    ['looks at one', '1110', 1, 1, true],
    ['goes on without an outcome', '', 0.01, 1, false],
  ])('%s', (_, text, share, last, stops) => {
    expect(stopReason(of(share, last), recent(text)) !== undefined).toBe(stops);
  });

  it('says what it found; a canary goes first', () => {
    expect(stopReason(of(0.5, 4), recent('0100'))).toEqual({
      code: 'stop_on',
      reason: 'stop_on: 3 of the last 4 attempts failed, and at 50 % it stops; resume it to go on',
    });
    const both = {
      ...of(0.5, 4),
      canary: { count: 1, success_share: 1 },
    };
    const progress = { ...canary(0, 1), recent: '0000' };
    expect(stopReason(both, progress)?.code).toBe('canary');
  });
});
