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

/** Reads a database's clock that is ahead of this machine's; each answer takes as long as it is told. */
function clockAhead(state: { aheadMs: number; takesMs?: number[]; away?: boolean }) {
  return async (): Promise<number> => {
    if (state.away) throw new Unavailable('away');
    const tookMs = state.takesMs?.shift() ?? 0;
    // Read at the end of the way there; all the delay is on the way back.
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
  it('is the time of PostgreSQL', async () => {
    const test = await createTestDatabase();
    const database = openDatabase(test.url, { connections: 1, log });
    const clock = await followDatabaseClock(
      async () => ((await database.run(readClock, undefined))[0] as { now_ms: number }).now_ms,
      log,
    );
    // Both run on this machine, so both clocks are one.
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
    expect(Number.isInteger(clock.now())).toBe(true);
    clock.stop();
    await database.close();
    await test.drop();
  });

  it("goes with the database's clock, and warns when this machine's is far off", async () => {
    freeze();
    const clock = await followDatabaseClock(clockAhead({ aheadMs: 3_600_000 }), log);
    expect(clock.now()).toBe(Date.now() + 3_600_000);
    vi.advanceTimersByTime(1_500);
    expect(clock.now()).toBe(Date.now() + 3_600_000);
    expect(warnings).toHaveLength(1);
    clock.stop();
  });

  it('trusts the quickest of its samples', async () => {
    freeze();
    const clock = await followDatabaseClock(
      clockAhead({ aheadMs: 1_000, takesMs: [800, 2, 400] }),
      log,
    );
    expect(Math.abs(clock.now() - Date.now() - 1_000)).toBeLessThanOrEqual(1);
    expect(warnings).toEqual([]);
    clock.stop();
  });

  it('measures again every 30 s, and keeps what it knows when it cannot', async () => {
    freeze();
    const state = { aheadMs: 100, away: false };
    const clock = await followDatabaseClock(clockAhead(state), log);
    state.away = true;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(clock.now()).toBe(Date.now() + 100);
    expect(warnings.join()).toContain('cannot read the clock');
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

  it("does not go with this machine's clock when that is set", async () => {
    freeze();
    const state = { aheadMs: 500 };
    const clock = await followDatabaseClock(clockAhead(state), log);
    const before = clock.now();
    for (const jumpMs of [3_600_000, -7_200_000]) {
      vi.setSystemTime(Date.now() + jumpMs);
      state.aheadMs -= jumpMs; // the database's clock stays as it is
      expect(clock.now()).toBe(before);
      await vi.advanceTimersByTimeAsync(0);
      expect(clock.now()).toBe(before);
    }
    expect(warnings).toHaveLength(2);
    clock.stop();
  });

  it('is measured at once when this machine has slept', async () => {
    freeze();
    const clock = await followDatabaseClock(clockAhead({ aheadMs: 500 }), log);
    const before = clock.now();
    vi.setSystemTime(Date.now() + 3_600_000); // all clocks went on, the time since the start did not
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
