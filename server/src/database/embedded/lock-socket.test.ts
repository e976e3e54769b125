import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAnswered, LOCK_SOCKET, openLockSocket } from './lock-socket.ts';

let dir: string;
beforeEach(async () => {
  // Longer than the path of a socket may be.
  dir = join(await mkdtemp(join(tmpdir(), 'hooktrail-socket-')), 'a-long-name-'.repeat(12));
  await mkdir(dir);
});
afterEach(() => rm(join(dir, '..'), { recursive: true }));

it('answers until it is closed, and is gone then', async () => {
  const socket = await openLockSocket(dir);
  const name = socket?.name ?? '';
  expect(name).toMatch(LOCK_SOCKET);
  const answers = await Promise.all(Array.from({ length: 20 }, () => isAnswered(dir, name)));
  expect(new Set(answers)).toEqual(new Set([true]));
  await socket?.close();
  expect(await isAnswered(dir, name)).toBe(false);
  expect(await readdir(dir)).toEqual([]);
});

it('does not answer after kill -9, nor as another file', async () => {
  const program = `require('node:net').createServer().listen('left', () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', program], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(await isAnswered(dir, 'left')).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await readdir(dir)).toEqual(['left']);
  expect(await isAnswered(dir, 'left')).toBe(false);
  await writeFile(join(dir, 'text'), '');
  expect(await isAnswered(dir, 'text')).toBe(false);
  expect(await isAnswered(dir, 'missing')).toBe(false);
});

it('is none in a folder that cannot have one', async () => {
  expect(await openLockSocket(join(dir, 'missing'))).toBeUndefined();
});
