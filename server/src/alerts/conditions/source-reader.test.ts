import { expect, test } from 'vitest';
import type { Runner } from '../../database/database.ts';
import { HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import { defaultAlertRules } from '../../testing/default-alert-rules.ts';
import { SourceReader } from './source-reader.ts';

test('looks again after a minute, also when the clock of the database is set back', async () => {
  let nowMs = Date.now();
  let elapsedMs = 0;
  let gaps = 1;
  const row = { account_id: 1, id: 'S', name: 'support', behind_since: null, error: null };
  const database = {
    run: async () => [{ ...row, paused: false, gaps, gap_found_at: new Date(nowMs) }],
  };
  const reader = new SourceReader({
    clock: { now: () => nowMs },
    database: database as unknown as Runner,
    monotonic: () => elapsedMs,
  });
  const found = async () => (await reader.read(defaultAlertRules())).map(({ value }) => value);
  expect(await found()).toEqual([1]);
  gaps = 2;
  nowMs -= HOUR_MS;
  elapsedMs += MINUTE_MS - 1;
  expect(await found()).toEqual([1]);
  elapsedMs += 1;
  expect(await found()).toEqual([2]);
});
