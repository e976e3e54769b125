import { describe, expect, it } from 'vitest';
import type { Runner } from '../../database/database.ts';
import { firstIdAt, idTimeMs, newId } from '../../model/ids.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../model/time-units.ts';
import { NO_FILTER } from '../../sql/parts/invocation-filter.ts';
import { openWindow } from './open-window.ts';
import { scanTexts } from './scan-texts.ts';

const NOW_MS = Date.parse('2026-11-29T12:00:00Z');
/** A month without anything, and before it so much that a statement is ended unless it reads little. */
const DENSE_UNTIL_MS = NOW_MS - 30 * DAY_MS;
const FROM_MS = DENSE_UNTIL_MS - 10 * SECOND_MS;

/** Scans a part of the archive; a statement that covers more of the dense part than `mostMs` fails. */
async function scan(mostMs: number, error: unknown) {
  const steps: { readonly ms: number; readonly failed: boolean }[] = [];
  const database: Runner = {
    async run(_query, params) {
      const { fromId, untilId } = params as { fromId: string; untilId: string };
      const [fromMs, untilMs] = [idTimeMs(fromId), idTimeMs(untilId)];
      const failed = Math.min(untilMs, DENSE_UNTIL_MS) - fromMs > mostMs;
      steps.push({ ms: untilMs - fromMs, failed });
      if (failed) throw error;
      return [];
    },
  };
  const scope = {
    accountId: 1,
    family: 'archived',
    query: { terms: [], excluded: [] },
    filter: NO_FILTER,
    created: [[FROM_MS, NOW_MS]],
    webhooks: [],
    needsInvocation: false,
  } as const;
  const all = scanTexts(database, scope, {
    windows: (untilMs) => [
      { ...openWindow(FROM_MS, Math.min(NOW_MS, untilMs)), early: false, late: false },
    ],
    below: firstIdAt(NOW_MS),
    limit: 10,
    use: { blocks: 0, read: 0, empty: 0 },
  });
  let position = newId(NOW_MS);
  for await (const step of all) ({ position } = step);
  return { position, steps };
}

const TIMEOUT = Object.assign(new Error('statement timeout'), { code: '57014' });

describe('steps of a scan', () => {
  it('grow to 6 hours, and are much shorter where a statement took too long', async () => {
    const { position, steps } = await scan(2 * SECOND_MS, TIMEOUT);
    expect(position).toBe(firstIdAt(FROM_MS));
    expect(Math.max(...steps.map(({ ms }) => ms))).toBe(6 * HOUR_MS);
    const failed = steps.filter((step) => step.failed).length;
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThan(30);
    // 30 days in steps of 6 hours are 120. After each failure the steps grow from the shorter one.
    expect(steps.length).toBeLessThan(250);
  });

  it('fail where the shortest one takes too long, and for any other reason', async () => {
    await expect(scan(0, TIMEOUT)).rejects.toBe(TIMEOUT);
    const other = new Error('no');
    await expect(scan(2 * SECOND_MS, other)).rejects.toBe(other);
  });
});
