import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@hooktrail/harness/eventually';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidFromId } from '../../model/ids.ts';
import { DAY_MS, SECOND_MS } from '../../model/time-units.ts';
import { createTestTrail, idAt, type TestTrail } from '../../testing/test-trail.ts';
import { FolderPlace } from '../places/folder/folder-place.ts';
import { ExportJanitor } from './export-janitor.ts';
import { FILES_KEPT_MS } from './export-spec.ts';

const FOLDER = 'the-mark';

let trail: TestTrail;
let dir: string;

beforeAll(async () => {
  trail = await createTestTrail();
  await trail.sql(`insert into account (id, name) values (1, 'main')`);
  dir = await mkdtemp(join(tmpdir(), 'hooktrail-exports-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
  await trail?.drop();
});

/** Makes the folder of an export that was written some time ago. */
async function folder(agoMs: number, name = idAt(Date.now())): Promise<string> {
  const path = join(dir, name);
  await mkdir(path);
  await writeFile(join(path, 'manifest.json'), '{}');
  const at = new Date(Date.now() - agoMs);
  await utimes(path, at, at);
  return name;
}

async function job(id: string, state: string, busy: boolean): Promise<void> {
  const ended = state === 'done' || state === 'cancelled' ? new Date() : null;
  await trail.sql(
    `insert into job (id, account_id, kind, state, stage, busy, requested_by, spec, progress, ended_at)
values ($1, 1, 'export', $2, 'running', $3, 'x', '{}', '{}', $4)`,
    [uuidFromId(id), state, busy, ended],
  );
}

async function files(id: string, expiresAt: string | null): Promise<void> {
  await trail.sql(
    `insert into job_file (job_id, number, account_id, folder, name, day, rows, bytes, expires_at)
select $1, n, 1, $2, 'x', '2026-11-28', 1, 1, now() + $3::interval from generate_series(1, 2) n`,
    [uuidFromId(id), FOLDER, expiresAt],
  );
}

const withFiles = async () =>
  (await trail.sql<{ job_id: string }>('select distinct job_id from job_file')).map(
    (row) => row.job_id,
  );

/** Runs a janitor until something is so. */
async function sweepUntil(what: string, isSo: () => Promise<boolean>, undeletable?: string) {
  // The name of a file has at most 255 bytes: even root cannot delete one that is longer.
  const place = new FolderPlace(dir);
  place.readMark = async () => FOLDER;
  const { remove } = place;
  place.remove = (id) => remove.call(place, id === undeletable ? id.repeat(20) : id);
  const log = pino({ level: 'silent' });
  const janitor = new ExportJanitor({ database: trail.database, log, place });
  janitor.start();
  try {
    await eventually(what, isSo);
  } finally {
    await janitor.stop();
  }
}

test('removes folders that no job needs, and nothing else', async () => {
  const old = FILES_KEPT_MS + DAY_MS;
  const [orphan, empty, elsewhere] = [await folder(old), await folder(old), await folder(old)];
  await job(empty, 'done', false);
  // Its files are in another folder of exports.
  await job(elsewhere, 'done', false);
  await files(elsewhere, '1 day');
  await trail.sql(`update job_file set folder = 'another'`);
  const kept = [
    await folder(FILES_KEPT_MS - 60 * SECOND_MS),
    await folder(old, 'notes of the operator'),
    await folder(old, `${orphan}x`),
  ];
  for (const [state, busy, expires] of [
    ['running', true],
    ['paused', false],
    ['cancelled', true],
    ['done', false, '1 day'],
  ] as const) {
    const id = await folder(old);
    await job(id, state, busy);
    if (expires !== undefined) await files(id, expires);
    kept.push(id);
  }
  const file = idAt(Date.now());
  await writeFile(join(dir, file), 'not a folder');
  await utimes(join(dir, file), new Date(0), new Date(0));
  kept.push(file);
  await sweepUntil('orphans to be gone', async () => {
    const names = await readdir(dir);
    return ![orphan, empty, elsewhere].some((id) => names.includes(id));
  });
  expect((await readdir(dir)).toSorted()).toEqual(kept.toSorted());
});

test('deletes expired files although those of another export cannot be deleted', async () => {
  const ids = [await folder(0), await folder(0), await folder(0)].toSorted();
  const [first] = ids as [string];
  for (const id of ids) {
    await job(id, 'done', false);
    await files(id, '-1 second');
  }
  const left = ids.slice(1);
  await sweepUntil(
    'the others to be deleted',
    async () => !(await withFiles()).some((id) => left.includes(id)),
    first,
  );
  expect(await withFiles()).toContain(first);
  const names = await readdir(dir);
  expect(ids.filter((id) => names.includes(id))).toEqual([first]);
});

test('deletes files that an ended export kept without a time', async () => {
  const states = [
    ['cancelled', false],
    ['cancelled', true],
    ['stopped', false],
  ] as const;
  const ids: string[] = [];
  for (const [state, busy] of states) {
    const id = await folder(0);
    await job(id, state, busy);
    await files(id, null);
    ids.push(id);
  }
  const [ended, busy, stopped] = ids as [string, string, string];
  await sweepUntil('them to be deleted', async () => !(await withFiles()).includes(ended));
  expect(await withFiles()).toEqual(expect.arrayContaining([busy, stopped]));
  expect(await readdir(dir)).toEqual(expect.arrayContaining([busy, stopped]));
});
