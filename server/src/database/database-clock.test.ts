import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Unavailable } from '../model/unavailable.ts';
import { readClock } from '../sql/read-clock.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { openDatabase } from './database.ts';
import { followDatabaseClock } from './database-clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

const warnings: string[] = [];
const log = pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) });

/** Reads a database clock that is ahead of this machine's, with a delay for each response. */
function clockAhead(state: { aheadMs: number; takesMs?: number[]; away?: boolean }) {
  return async (): Promise<number> => {
    if (state.away) throw new Unavailable('away');
    const tookMs = state.takesMs?.shift() ?? 0;
    // The clock is read first; the whole delay is on the way back.
    const nowMs = Date.now() + state.aheadMs;
    vi.advanceTimersByTime(tookMs);
    return nowMs;
  };
}

function freeze(): void {
  warnings.length = 0;
  vi.useFakeTimers({ now: 1_900_000_000_000 });
}

describe('followDatabaseClock', () => {
  it('returns the time of PostgreSQL', async () => {
    const test = await createTestDatabase();
    const database = openDatabase(test.url, { connections: 1, log });
    const clock = await followDatabaseClock(
      async () => ((await database.run(readClock, undefined))[0] as { now_ms: number }).now_ms,
      log,
    );
    // PostgreSQL runs on this machine, so both have one clock.
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
    expect(Number.isInteger(clock.now())).toBe(true);
    clock.stop();
    await database.close();
    await test.drop();
  });

  it("follows the database's clock, and warns when this machine's is far off", async () => {
    freeze();
    const clock = await followDatabaseClock(clockAhead({ aheadMs: 3_600_000 }), log);
    expect(clock.now()).toBe(Date.now() + 3_600_000);
    vi.advanceTimersByTime(1_500);
    expect(clock.now()).toBe(Date.now() + 3_600_000);
    expect(warnings).toHaveLength(1);
    clock.stop();
  });

  it('trusts the fastest of its samples', async () => {
    freeze();
    const clock = await followDatabaseClock(
      clockAhead({ aheadMs: 1_000, takesMs: [800, 2, 400] }),
      log,
    );
    expect(Math.abs(clock.now() - Date.now() - 1_000)).toBeLessThanOrEqual(1);
    expect(warnings).toEqual([]);
    clock.stop();
  });

  it('measures every 30 s, and keeps the last offset when it cannot', async () => {
    freeze();
    const state = { aheadMs: 100, away: false };
    const clock = await followDatabaseClock(clockAhead(state), log);
    state.away = true;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(clock.now()).toBe(Date.now() + 100);
    expect(warnings.join()).toContain("cannot read the database's clock");
    state.away = false;
    state.aheadMs = 200;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(clock.now()).toBe(Date.now() + 200);
    clock.stop();
    state.aheadMs = 300;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(clock.now()).toBe(Date.now() + 200);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ignores this machine's clock when that is set", async () => {
    freeze();
    const state = { aheadMs: 500 };
    const clock = await followDatabaseClock(clockAhead(state), log);
    const before = clock.now();
    for (const jumpMs of [3_600_000, -7_200_000]) {
      vi.setSystemTime(Date.now() + jumpMs);
      state.aheadMs -= jumpMs; // the database's clock does not change
      expect(clock.now()).toBe(before);
      await vi.advanceTimersByTimeAsync(0);
      expect(clock.now()).toBe(before);
    }
    expect(warnings).toHaveLength(2);
    clock.stop();
  });

  it('measures immediately after this machine has slept', async () => {
    freeze();
    const clock = await followDatabaseClock(clockAhead({ aheadMs: 500 }), log);
    const before = clock.now();
    vi.setSystemTime(Date.now() + 3_600_000); // all clocks advanced, but monotonic time did not
    clock.now();
    await vi.advanceTimersByTimeAsync(0);
    expect(clock.now()).toBe(before + 3_600_000);
    clock.stop();
  });

  it('does not start without the database', async () => {
    await expect(
      followDatabaseClock(clockAhead({ aheadMs: 0, away: true }), log),
    ).rejects.toBeInstanceOf(Unavailable);
  });
});
