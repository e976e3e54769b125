import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { Exhaustion } from './exhaustion.ts';

let nowMs: number;
let exhaustion: Exhaustion;

beforeEach(() => {
  nowMs = 0;
  exhaustion = new Exhaustion({ log: pino({ level: 'silent' }), monotonic: () => nowMs });
});

describe('Exhaustion', () => {
  it('makes every webhook wait for 1 s, then twice as long each time, up to 30 s', () => {
    expect(exhaustion.waitMs('a')).toBe(0);
    for (const waitMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      expect(exhaustion.struck('node exhausted', 'a')).toBe(waitMs);
      expect(exhaustion.waitMs('b')).toBe(waitMs);
      nowMs += waitMs;
      expect(exhaustion.waitMs('b')).toBe(0);
    }
  });

  it('takes failures of one shortage together', () => {
    expect(exhaustion.struck('node exhausted', 'a')).toBe(1_000);
    // Waits are whole milliseconds, and the monotonic clock is finer.
    nowMs += 400.25;
    expect(exhaustion.struck('node exhausted', 'b')).toBe(600);
    nowMs += 599.75;
    expect(exhaustion.struck('node exhausted', 'b')).toBe(2_000);
  });

  it('ends with a request that began afterwards and did not fail like that', () => {
    const beganMs = nowMs;
    exhaustion.struck('node exhausted', 'a');
    nowMs += 1_000;
    exhaustion.passed('a', beganMs);
    expect(exhaustion.struck('node exhausted', 'a')).toBe(2_000);
    nowMs += 2_000;
    exhaustion.passed('b', nowMs);
    expect(exhaustion.struck('node exhausted', 'a')).toBe(1_000);
  });

  it('makes only the webhook wait whose endpoint has no port left', () => {
    exhaustion.struck('ports exhausted', 'a');
    expect(exhaustion.waitMs('a')).toBe(1_000);
    expect(exhaustion.waitMs('b')).toBe(0);
    nowMs += 1_000;
    exhaustion.passed('b', nowMs);
    expect(exhaustion.struck('ports exhausted', 'a')).toBe(2_000);
  });

  it('makes each webhook wait for itself that needs an unusable proxy, with one line in the log', () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => lines.push(line) });
    exhaustion = new Exhaustion({ log, monotonic: () => nowMs });
    for (const webhook of ['a', 'b', 'c']) {
      expect(exhaustion.struck('proxy unusable', webhook)).toBe(1_000);
      expect(exhaustion.waitMs(webhook)).toBe(1_000);
    }
    expect(exhaustion.waitMs('an exception')).toBe(0);
    expect(lines).toEqual([expect.stringContaining('HOOKTRAIL_EGRESS_PROXY makes no tunnels')]);
    nowMs += 30_000;
    exhaustion.struck('proxy unusable', 'a');
    expect(lines).toHaveLength(2);
  });

  it('forgets webhooks that sent nothing since their pause, a while after it', () => {
    for (let webhook = 0; webhook < 5_000; webhook++) {
      exhaustion.struck('ports exhausted', `w${webhook}`);
    }
    nowMs += 300_000;
    exhaustion.struck('ports exhausted', 'young');
    expect(exhaustion.size).toBe(5_001);
    nowMs += 302_000;
    expect(exhaustion.struck('ports exhausted', 'another')).toBe(1_000);
    expect(exhaustion.size).toBe(2);
    // What is struck again soon still waits for longer each time.
    nowMs += 1_000;
    expect(exhaustion.struck('ports exhausted', 'another')).toBe(2_000);
  });
});
