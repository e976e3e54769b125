import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArchiveFolder } from './archive-folder.ts';

const SERVER = 'https://acme.zendesk.com';
const DAY = 'invocations/2026-01-05.ndjson';

let path: string;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'hooktrail-archive-folder-'));
});

afterEach(() => rm(path, { recursive: true, force: true }));

const linesOf = async (folder: ArchiveFolder, from?: number): Promise<string[]> => {
  const lines: string[] = [];
  for await (const line of folder.lines(DAY, from)) lines.push(line);
  return lines;
};

test('what a commit that was cut off has written is taken away, and what was committed stays', async () => {
  const folder = await ArchiveFolder.open(path, SERVER);
  await folder.commit(new Map([[DAY, ['{"a":1}', '{"b":2}']]]), folder.state);
  // Each step that a kill may come after: some of the lines, all of them, and a half of the next state.
  await appendFile(join(path, DAY), '{"c":3}\n{"d"');
  await writeFile(join(path, 'state.json.part'), '{"version":1,');
  const again = await ArchiveFolder.open(path, SERVER);
  expect(await readFile(join(path, DAY), 'utf8')).toBe('{"a":1}\n{"b":2}\n');
  await again.commit(new Map([[DAY, ['{"e":5}']]]), again.state);
  expect(await linesOf(again)).toEqual(['{"a":1}', '{"b":2}', '{"e":5}']);
  expect(await linesOf(again, 8)).toEqual(['{"b":2}', '{"e":5}']);
});

test('a file that somebody put there or took away is no part of what is cut off', async () => {
  const folder = await ArchiveFolder.open(path, SERVER);
  await folder.commit(new Map([[DAY, ['{"a":1}']]]), folder.state);
  await rm(join(path, DAY));
  const foreign = 'invocations/2020-01-01.ndjson';
  await writeFile(join(path, foreign), 'kept\n');
  const again = await ArchiveFolder.open(path, SERVER);
  expect(await linesOf(again)).toEqual([]);
  await again.commit(new Map([[DAY, ['{"b":2}']]]), again.state);
  await again.commit(new Map([[foreign, ['{"c":3}']]]), again.state);
  const last = await ArchiveFolder.open(path, SERVER);
  expect(await linesOf(last)).toEqual(['{"b":2}']);
  expect(await readFile(join(path, foreign), 'utf8')).toBe('kept\n{"c":3}\n');
});

test('lines end where they were ended: not at separators of Unicode within, nor between two reads', async () => {
  const folder = await ArchiveFolder.open(path, SERVER);
  const lines = ['{"a":"x\u2028y\u2029z"}', JSON.stringify('ü😀'.repeat(50_000)), '{"b":2}'];
  await folder.commit(new Map([[DAY, lines]]), folder.state);
  expect(await linesOf(folder)).toEqual(lines);
  expect(await linesOf(folder, Buffer.byteLength(`${lines[0]}\n`))).toEqual(lines.slice(1));
});

test('an emptied queue begins again, also after a kill before it was cut', async () => {
  const folder = await ArchiveFolder.open(path, SERVER);
  await folder.commit(new Map([[DAY, ['{"a":1}']]]), folder.state);
  await folder.commit(new Map(), folder.state, [DAY]);
  await writeFile(join(path, DAY), '{"a":1}\n');
  const again = await ArchiveFolder.open(path, SERVER);
  expect(await linesOf(again)).toEqual([]);
  expect(await readFile(join(path, DAY), 'utf8')).toBe('');
});

test('a file that is shorter than it was written, and a state of something else, are refused', async () => {
  const folder = await ArchiveFolder.open(path, SERVER);
  await folder.commit(new Map([[DAY, ['{"a":1}']]]), folder.state);
  await truncate(join(path, DAY), 3);
  await expect(ArchiveFolder.open(path, SERVER)).rejects.toThrow(
    'has 3 bytes, and was written with 8',
  );
  await expect(ArchiveFolder.open(path, 'https://other.zendesk.com')).rejects.toThrow(
    'has the archive of https://acme.zendesk.com',
  );
  await writeFile(join(path, 'state.json'), '{}');
  await expect(ArchiveFolder.open(path, SERVER)).rejects.toThrow('is not the state of an archive');
});
