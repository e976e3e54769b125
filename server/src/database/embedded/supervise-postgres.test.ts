import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@hooktrail/harness/eventually';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPostgresLog, type PostgresLog } from './postgres-log.ts';
import { supervisePostgres } from './supervise-postgres.ts';

let dir: string;
let output: PostgresLog;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hooktrail-supervised-'));
  output = await openPostgresLog(join(dir, 'postgres.log'));
});
afterEach(async () => {
  output.close();
  await rm(dir, { recursive: true });
});

test('a start that fails while PostgreSQL runs stops it', async () => {
  let pid = 0;
  const start = supervisePostgres({
    program: '/bin/sh',
    args: ['-c', 'echo $$; exec sleep 600'],
    account: undefined,
    prepare: async () => undefined,
    async untilReady() {
      pid = await eventually('the process', async () => Number(await output.tail(0)) || undefined);
      throw new Error('too many connections');
    },
    output,
    log: pino({ level: 'silent' }),
  });
  await expect(start).rejects.toThrow('too many connections');
  // SIGKILL, so that nothing is left if it does run.
  expect(() => process.kill(pid, 'SIGKILL')).toThrow('ESRCH');
});
