import { type FileHandle, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeMark } from './write-mark.ts';

let path: string;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hooktrail-exports-'));
  path = join(dir, '.hooktrail-exports');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(dir, { recursive: true, force: true });
});

test('a write that is interrupted leaves no mark, and the next one succeeds', async () => {
  await writeFile(join(dir, 'x'), '');
  const handle = await open(join(dir, 'x'));
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  vi.spyOn(prototype, 'writeFile').mockRejectedValueOnce(new Error('no space'));
  await expect(writeMark(path)).rejects.toThrow('no space');
  expect(await readdir(dir)).toEqual(['x']);
  await writeMark(path);
  expect(await readFile(path, 'utf8')).toMatch(/^[0-9a-f-]{36}$/);
});

test('of several writers one writes the mark', async () => {
  await Promise.all(Array.from({ length: 10 }, () => writeMark(path)));
  const mark = await readFile(path, 'utf8');
  await writeMark(path);
  expect(await readFile(path, 'utf8')).toBe(mark);
  expect(await readdir(dir)).toEqual(['.hooktrail-exports']);
});
