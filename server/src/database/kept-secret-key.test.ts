import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptSecretKey } from './kept-secret-key.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hooktrail-key-'));
});
afterEach(() => rm(dir, { recursive: true }));

test('creates a key once, readable only by its owner', async () => {
  const dataDir = join(dir, 'not', 'there', 'yet');
  const key = await keptSecretKey(dataDir);
  expect(key).toHaveLength(32);
  expect(await keptSecretKey(dataDir)).toEqual(key);
  expect((await stat(join(dataDir, 'secret-key'))).mode & 0o777).toBe(0o600);
  expect((await readFile(join(dataDir, 'secret-key'), 'utf8')).trim()).toBe(key.toString('base64'));
  expect(await readdir(dataDir)).toEqual(['secret-key']);
});

test('each folder has its own key', async () => {
  expect(await keptSecretKey(join(dir, 'a'))).not.toEqual(await keptSecretKey(join(dir, 'b')));
});

test('concurrent calls agree on one key', async () => {
  const keys = await Promise.all(Array.from({ length: 10 }, () => keptSecretKey(dir)));
  expect(new Set(keys.map((key) => key.toString('base64'))).size).toBe(1);
});

test('refuses a folder with a database and no key, and makes none', async () => {
  await mkdir(join(dir, 'postgres'));
  await expect(keptSecretKey(dir)).rejects.toThrow(/has a database and no file "secret-key"/);
  expect(await readdir(dir)).toEqual(['postgres']);
});

test.each([
  ['empty', ''],
  ['short', 'c2hvcnQ=\n'],
  ['not base64', `${'-'.repeat(44)}\n`],
])('refuses a file that is %s, and does not replace it', async (_, content) => {
  await writeFile(join(dir, 'secret-key'), content);
  await expect(keptSecretKey(dir)).rejects.toThrow(/secret-key does not contain a key/);
  expect(await readFile(join(dir, 'secret-key'), 'utf8')).toBe(content);
});
