import { writeSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@hooktrail/harness/eventually';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openPostgresLog } from './postgres-log.ts';

const MIB = 1024 * 1024;
let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hooktrail-log-'));
  file = join(dir, 'postgres.log');
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(dir, { recursive: true });
});

test('a large log is truncated while PostgreSQL writes, and its content is kept once', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const log = await openPostgresLog(file);
  writeSync(log.fileDescriptor, Buffer.alloc(9 * MIB, 'a'));
  await vi.advanceTimersByTimeAsync(60_000);
  await eventually('the log to be empty', async () => (await stat(file)).size === 0);
  writeSync(log.fileDescriptor, 'next');
  expect(await readFile(file, 'utf8')).toBe('next');
  expect((await stat(`${file}.1`)).size).toBe(9 * MIB);
  log.close();
});

test('a log that is large at the start is truncated, a small one is continued', async () => {
  await writeFile(file, Buffer.alloc(9 * MIB));
  (await openPostgresLog(file)).close();
  expect((await stat(file)).size).toBe(0);
  await writeFile(file, 'first ');
  const log = await openPostgresLog(file);
  const start = await log.size();
  writeSync(log.fileDescriptor, 'second\n');
  expect(await log.tail(start)).toBe('second');
  expect(await log.tail(0)).toBe('first second');
  log.close();
});
