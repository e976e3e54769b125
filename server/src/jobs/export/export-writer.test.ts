import { type FileHandle, mkdtemp, open, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HeldJob, JobMove } from '../held/held-job.ts';
import { JobLost } from '../held/job-lost.ts';
import { FolderFiles } from '../places/folder/folder-files.ts';
import { FROM_THE_BEGINNING, NEW_EXPORT } from './export-progress.ts';
import { MOST_FILES } from './export-spec.ts';
import { ExportWriter } from './export-writer.ts';
import { ExportsFull } from './exports-full.ts';

const EARLIER = '.2026-11-28.ndjson.earlier.part';
const OWN = '.2026-11-28.ndjson.own.part';
const MIB = 1024 * 1024;

let path: string;
let steps: string[];

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'hooktrail-exports-'));
  steps = [];
  await writeFile(join(path, EARLIER), '');
  const handle = await open(join(path, EARLIER));
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  vi.spyOn(prototype, 'datasync').mockImplementation(async () => void steps.push('sync file'));
  vi.spyOn(prototype, 'sync').mockImplementation(async () => void steps.push('sync folder'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(path, { recursive: true, force: true });
});

/** A writer that goes on with a file of another holder. */
async function writerOf(
  bytes: number,
  signal: AbortSignal,
  more: { readonly progress?: object } = {},
): Promise<ExportWriter> {
  await truncate(join(path, EARLIER), bytes);
  const file = {
    ...{ number: 1, name: '2026-11-28.ndjson', part: EARLIER, day: '2026-11-28', rows: 1, bytes },
    start: FROM_THE_BEGINNING,
  };
  const job = {
    id: '01KB8YQ6T5B3S8D1F4G7H9J2KM',
    signal,
    row: {
      progress: { ...NEW_EXPORT, folder: 'x', files: 1, bytes, rows: 1, file },
      spec: { format: 'ndjson', of: 'events' },
      ...more,
    },
    database: { run: async () => [] },
    needsRenewal: false,
    move: async ({ release }: JobMove) => void steps.push(release ? 'give back' : 'record'),
  };
  const held = job as unknown as HeldJob;
  const files = new FolderFiles(path, 'own');
  return new ExportWriter({ files, folder: 'x', job: held, maxBytes: bytes });
}

test('what a holder takes over is on the disk before it is recorded', async () => {
  const writer = await writerOf(65 * MIB, new AbortController().signal);
  await writer.open();
  await writer.close();
  // After 64 pieces, and after the last.
  expect(steps).toEqual(['sync file', 'sync file', 'sync folder', 'record']);
  expect(await readdir(path)).toEqual([OWN]);
});

test('a holder whose node stops gives the job back and copies no further', async () => {
  const writer = await writerOf(3 * MIB, AbortSignal.abort());
  await expect(writer.open()).rejects.toThrow(JobLost);
  await writer.close();
  expect(steps).toEqual(['give back']);
  expect(await readdir(path)).toEqual([EARLIER]);
});

test('an export has at most 4,000 files, and says what to do', async () => {
  const writer = await writerOf(0, new AbortController().signal, {
    progress: { ...NEW_EXPORT, files: MOST_FILES },
  });
  await writer.open();
  const row = { atMs: 0, cursor: FROM_THE_BEGINNING, row: { id: 'x' } };
  await expect(writer.add(row)).rejects.toThrow(
    new ExportsFull('an export has at most 4000 files, of a day each: narrow the query'),
  );
  await writer.close();
});
