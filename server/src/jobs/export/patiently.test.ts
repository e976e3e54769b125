import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import type { HeldJob, JobMove } from '../held/held-job.ts';
import { JobLost } from '../held/job-lost.ts';
import { ExportUnavailable } from '../places/export-unavailable.ts';
import { patiently } from './patiently.ts';

const AWAY = new ExportUnavailable('the store of exports does not answer (ECONNREFUSED)', {
  isPassing: true,
  reason: 'store',
});

let nowMs: number;
/** What the job said while it waited. */
let moves: JobMove[];

beforeEach(() => {
  nowMs = 0;
  moves = [];
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A job for which time passes while it waits, and at no other time. */
function heldJob(signal = new AbortController().signal) {
  const row = { progress: {}, reason: null as string | null };
  const job = {
    signal,
    row,
    needsRenewal: false,
    async wait(ms: number) {
      nowMs += ms;
    },
    async move(move: JobMove) {
      moves.push(move);
      row.reason = move.reason ?? null;
    },
  };
  return job as unknown as HeldJob;
}

test('a store that stays away is waited for 15 minutes, with pauses of up to 15 seconds', async () => {
  const triedMs: number[] = [];
  const waiting = patiently(heldJob(), async () => {
    triedMs.push(nowMs);
    throw AWAY;
  });
  await expect(waiting).rejects.toMatchObject({
    name: 'ExportUnavailable',
    message: `${AWAY.message}, for 15 min now`,
    isPassing: false,
    reason: 'store',
  });
  const [last = 0, beforeLast = 0] = triedMs.toReversed();
  expect(beforeLast).toBeLessThan(15 * MINUTE_MS);
  expect(last).toBeGreaterThanOrEqual(15 * MINUTE_MS);
  const pauses = triedMs.slice(1).map((ms, index) => ms - (triedMs[index] as number));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(15 * SECOND_MS);
  expect(pauses[0]).toBeLessThanOrEqual(SECOND_MS / 2);
  // Up to 15 s, on average 11: neither a storm, nor a store that is back and not noticed.
  expect(triedMs.length).toBeLessThan(140);
  expect(moves).toHaveLength(triedMs.length - 1);
  expect(moves.at(-1)).toMatchObject({
    reasonCode: 'store',
    reason: `${AWAY.message}: the job tries again`,
  });
});

test('one that is back in time is used, and the job says no reason any more', async () => {
  const job = heldJob();
  const result = await patiently(job, async () => {
    if (nowMs < 14 * MINUTE_MS) throw AWAY;
    return 'done';
  });
  expect(result).toBe('done');
  expect(job.row.reason).toBeNull();
});

test('the time begins again with the next call', async () => {
  const job = heldJob();
  for (const untilMs of [14 * MINUTE_MS, 28 * MINUTE_MS]) {
    await patiently(job, async () => {
      if (nowMs < untilMs) throw AWAY;
    });
  }
  expect(nowMs).toBeGreaterThanOrEqual(28 * MINUTE_MS);
});

test('what does not pass is not waited for', async () => {
  const refused = new ExportUnavailable('the store of exports refuses the key', {
    reason: 'store',
  });
  let tries = 0;
  const failing = patiently(heldJob(), async () => {
    tries++;
    throw refused;
  });
  await expect(failing).rejects.toBe(refused);
  expect([tries, moves]).toEqual([1, []]);
});

test('a job whose node stops while it waits is given back', async () => {
  const stopping = new AbortController();
  const waiting = patiently(heldJob(stopping.signal), async () => {
    if (nowMs > MINUTE_MS) stopping.abort();
    throw AWAY;
  });
  await expect(waiting).rejects.toThrow(JobLost);
  expect(moves.at(-1)).toMatchObject({ release: true });
});
