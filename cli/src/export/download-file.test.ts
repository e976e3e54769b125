import { createHash } from 'node:crypto';
import { link, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CompleteFile, downloadFile } from './download-file.ts';

vi.mock('node:fs/promises', async (original) => {
  const files = await original<typeof import('node:fs/promises')>();
  return { ...files, link: vi.fn(files.link), rename: vi.fn(files.rename) };
});

const NAME = '2026-01-05.ndjson';
const TEXT = '{"id":"a"}\n';
const FILE = {
  name: NAME,
  number: 1,
  bytes: TEXT.length,
  sha256: createHash('sha256').update(TEXT).digest('hex'),
} as CompleteFile;

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooktrail-download-'));
  path = join(folder, NAME);
});

afterEach(async () => {
  vi.mocked(link).mockReset();
  vi.mocked(rename).mockReset();
  await rm(folder, { recursive: true, force: true });
});

/** `meanwhile` happens while the file is on its way. */
function download(meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
  const hooktrail = {
    jobs: {
      async *download() {
        await meanwhile();
        yield Buffer.from(TEXT);
      },
    },
  } as unknown as Hooktrail;
  const { signal } = new AbortController();
  return downloadFile(hooktrail, 'j', FILE, path, false, signal, () => undefined);
}

const failure = (code: string): Error => Object.assign(new Error(`${code}: link`), { code });

test.each(['EMLINK', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM'])(
  'a file is complete on a file system that answers a hard link with %s',
  async (code) => {
    vi.mocked(link).mockRejectedValue(failure(code));
    await download();
    expect(await readFile(path, 'utf8')).toBe(TEXT);
    expect(await readdir(folder)).toEqual([NAME]);
  },
);

test.each([undefined, 'EPERM'])(
  'what somebody else put there meanwhile stays, and so does the part: %s',
  async (code) => {
    if (code !== undefined) vi.mocked(link).mockRejectedValue(failure(code));
    const foreign = () => writeFile(path, 'theirs');
    await expect(download(foreign)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(path, 'utf8')).toBe('theirs');
    expect(await readdir(folder)).toHaveLength(2);
  },
);

test('a rename that fails leaves the name to the next run, which ends with the part', async () => {
  vi.mocked(link).mockRejectedValue(failure('EPERM'));
  vi.mocked(rename).mockRejectedValueOnce(failure('EIO'));
  await expect(download()).rejects.toMatchObject({ code: 'EIO' });
  expect(await readdir(folder)).toEqual([expect.stringMatching(/\.part$/)]);
  await download(() => Promise.reject(new Error('it is downloaded again')));
  expect(await readFile(path, 'utf8')).toBe(TEXT);
});

test('other failures of a link are said', async () => {
  vi.mocked(link).mockRejectedValue(failure('ENOSPC'));
  await expect(download()).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(await readdir(folder)).toEqual([expect.stringMatching(/\.part$/)]);
});
