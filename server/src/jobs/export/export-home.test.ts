import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../database/database.ts';
import { ExportUnavailable } from '../places/export-unavailable.ts';
import { FolderPlace } from '../places/folder/folder-place.ts';
import { ExportHome } from './export-home.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hooktrail-exports-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A home whose database has one node: this one. */
const homeOf = (place: FolderPlace, database = { run: async () => [] } as unknown as Database) =>
  new ExportHome({
    clock: { now: () => Date.now() },
    database,
    log: pino({ level: 'silent' }),
    place,
    isNamed: false,
  });

test('a place that is silent is asked once, however many wait for it', async () => {
  const place = new FolderPlace(dir);
  let release: (mark: string) => void = () => undefined;
  const answers = new Promise<string>((resolve) => {
    release = resolve;
  });
  let asked = 0;
  place.readMark = () => {
    asked++;
    return answers;
  };
  const home = homeOf(place);
  const waiting = Array.from({ length: 100 }, () => home.open());
  const stopping = new AbortController();
  const stopped = home.open(stopping.signal);
  // Who stops waiting leaves the others.
  stopping.abort();
  await expect(stopped).rejects.toThrow(/abort/i);
  await expect(home.open(stopping.signal)).rejects.toThrow(/abort/i);
  release('the mark');
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['the mark']));
  expect(asked).toBe(1);
  await home.open();
  expect(asked).toBe(2);
});

test('a mark that cannot be read is refused with the reason', async () => {
  await mkdir(join(dir, '.hooktrail-exports'));
  const place = new FolderPlace(dir);
  const home = homeOf(place, {} as Database);
  for (const ask of [() => place.readMark(), () => home.open()]) {
    const error: unknown = await ask().catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(ExportUnavailable);
    expect(String(error)).toContain('EISDIR: illegal operation on a directory');
  }
});
