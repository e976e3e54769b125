import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createReadiness } from './create-readiness.ts';
import type { Database } from './database/database.ts';
import { HOUR_MS, MINUTE_MS } from './model/time-units.ts';
import { Heartbeat } from './nodes/heartbeat.ts';

test('says how long ago the last heartbeat was, whatever somebody sets the clock of the database to', async () => {
  let nowMs = Date.now();
  let elapsedMs = 0;
  const parts = {
    clock: { now: () => nowMs },
    database: { run: async () => [] } as Partial<Database> as Database,
    monotonic: () => elapsedMs,
  };
  const heartbeat = new Heartbeat({
    ...parts,
    load: () => ({}) as never,
    log: pino({ level: 'silent' }),
    version: '1.2.3',
  });
  const readiness = createReadiness({
    ...parts,
    isListening: () => true,
    isStopping: () => false,
    siblings: () => undefined,
    last: {
      beatMs: () => heartbeat.beatMs,
      keptMs: () => Number.NaN,
      sweptMs: () => Number.NaN,
    },
  });
  await heartbeat.start('http://127.0.0.1:1');
  const check = async () => (await readiness.checks()).find(({ name }) => name === 'heartbeat');
  const message = 'said that it is up 60 s ago';
  nowMs += HOUR_MS;
  elapsedMs += MINUTE_MS;
  expect(await check()).toEqual({ name: 'heartbeat', state: 'ok', message });
  nowMs -= 2 * HOUR_MS;
  elapsedMs += 1;
  expect(await check()).toEqual({ name: 'heartbeat', state: 'warning', message });
  await heartbeat.stop();
});
