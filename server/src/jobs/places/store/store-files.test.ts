import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { eventually } from '@hooktrail/harness/eventually';
import { type RcloneStore, startRcloneStore } from '@hooktrail/harness/rclone-store';
import { type S3Store, STORE_KEY, startS3Store } from '@hooktrail/harness/s3-store';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { NOTHING_KEPT } from '../export-files.ts';
import type { ExportPlace } from '../export-place.ts';
import { ExportUnavailable } from '../export-unavailable.ts';
import { FileLost } from '../file-lost.ts';
import { PART_BYTES, type StoreFiles } from './store-files.ts';
import { StorePlace } from './store-place.ts';

const JOB = '01KB8YQ6T5B3S8D1F4G7H9J2KM';
const NAME = '2026-11-28.ndjson';
const { signal } = new AbortController();

/** More than a part. */
const BYTES = randomBytes(PART_BYTES + 1_000);
const SHA256 = createHash('sha256').update(BYTES).digest();
const FILE = { name: NAME, bytes: BYTES.length };

let scripted: S3Store;
let rclone: RcloneStore;

beforeAll(async () => {
  [scripted, rclone] = await Promise.all([startS3Store(), startRcloneStore()]);
});
afterEach(() => {
  scripted.script = () => undefined;
  scripted.objects.clear();
  scripted.uploads.clear();
});
afterAll(async () => {
  await Promise.all([scripted?.close(), rclone?.close()]);
});

function placeOf(
  url: string,
  key: { id: string; secret: string } = STORE_KEY,
  patience: { markMs?: number; silenceMs?: number } = {},
): ExportPlace {
  const { id, secret } = key;
  const store = {
    bucket: STORE_KEY.bucket,
    prefix: 'some/exports/',
    endpoint: url,
    region: 'us-east-1',
    key: { id, secret },
    pathStyle: true,
  };
  return new StorePlace(store, patience);
}

async function readAll(stream: AsyncIterable<unknown> | undefined): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream ?? []) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Writes the first bytes as one holder would, and says what the job recorded. */
async function written(files: StoreFiles, bytes: number) {
  const part = await files.begin(NAME, signal);
  files.add(BYTES.subarray(0, bytes));
  return { part, kept: await files.save(bytes === BYTES.length, signal) };
}

describe.each([
  ['a scripted store', () => scripted.url],
  ['rclone', () => rclone.url],
])('in %s', (_, urlOf) => {
  test('a file is an upload in parts of one size that any holder goes on with', async () => {
    const place = placeOf(urlOf());
    const { part, kept } = await written(place.filesOf(JOB, 'a') as StoreFiles, PART_BYTES + 500);
    expect([kept.parts?.length, kept.tail?.length]).toEqual([1, 500]);
    const other = placeOf(urlOf());
    const files = other.filesOf(JOB, 'b') as StoreFiles;
    const taken = { name: NAME, part, bytes: PART_BYTES + 500 };
    expect(await files.takeOver(taken, kept)).toBe(part);
    files.add(BYTES.subarray(taken.bytes));
    const all = await files.save(true, signal);
    expect([all.parts?.length, all.tail, files.digest()]).toEqual([2, null, undefined]);
    // Not seen whole by this holder: it is read once.
    const sha256 = await files.complete({ ...FILE, part }, all, undefined, signal);
    expect(sha256?.toString()).toBe(SHA256.toString());
    const range = await other.openFile(JOB, NAME, PART_BYTES - 2, PART_BYTES + 1);
    expect(range?.size).toBe(BYTES.length);
    const expected = BYTES.subarray(PART_BYTES - 2, PART_BYTES + 2);
    expect((await readAll(range?.stream)).equals(expected)).toBe(true);
    // A holder that died before it could say so is followed by one that finds it complete.
    const late = await files.complete({ ...FILE, part }, all, SHA256, signal);
    expect(late?.toString()).toBe(SHA256.toString());

    // Begun by a holder that died before the job recorded it.
    await written(other.filesOf(JOB, 'c') as StoreFiles, 10);
    expect(await other.jobIds()).toEqual([JOB]);
    expect(Date.now() - ((await other.writtenMs(JOB)) as number)).toBeLessThan(60_000);
    await other.remove(JOB);
    expect(await other.writtenMs(JOB)).toBeUndefined();
    expect(await other.openFile(JOB, NAME, 0, 1)).toBeUndefined();
    for (const one of [place, other]) one.close();
  });

  test('what is lost is said to be lost', async () => {
    const place = placeOf(urlOf());
    const files = place.filesOf(JOB, 'a') as StoreFiles;
    const { part, kept } = await written(files, PART_BYTES);
    await files.clean(signal);
    files.add(BYTES.subarray(PART_BYTES));
    await expect(files.save(true, signal)).rejects.toThrow(FileLost);
    const gone = await files.complete(
      { name: NAME, part, bytes: PART_BYTES },
      kept,
      SHA256,
      signal,
    );
    expect(gone).toBeUndefined();
    expect(await files.takeOver({ ...FILE, part }, NOTHING_KEPT)).toBeUndefined();
    place.close();
  });

  test('a mark is written once, and a key that is not known is refused with what to do', async () => {
    const place = placeOf(urlOf());
    expect(await place.readMark()).toBeUndefined();
    await place.writeMark();
    const mark = await place.readMark();
    expect(mark).toMatch(/^[0-9a-f-]{36}$/);
    await place.writeMark();
    expect(await place.readMark()).toBe(mark);
    const stranger = placeOf(urlOf(), { id: 'WHO', secret: 'else' });
    const refused = await stranger.readMark().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ExportUnavailable);
    expect(refused).toMatchObject({
      isPassing: false,
      reason: 'store',
      message: expect.stringContaining('check HOOKTRAIL_EXPORT_S3_ACCESS_KEY_ID'),
    });
    for (const one of [place, stranger]) one.close();
  });
});

test('rclone checks signatures', async () => {
  const place = placeOf(rclone.url, { id: STORE_KEY.id, secret: 'wrong' });
  await expect(place.readMark()).rejects.toThrow('the store of exports refuses the key');
  expect(await readdir(rclone.path)).not.toContain(JOB);
  place.close();
});

test('a part that a slow holder replaced is not taken for that of its successor', async () => {
  const place = placeOf(scripted.url);
  const files = place.filesOf(JOB, 'a') as StoreFiles;
  const { part, kept } = await written(files, BYTES.length);
  const upload = scripted.uploads.get(part);
  upload?.parts.set(1, Buffer.alloc(PART_BYTES));
  expect(await files.complete({ ...FILE, part }, kept, SHA256, signal)).toBeUndefined();
  place.close();
});

test('an object that another file left under the name is not taken for this one', async () => {
  const place = placeOf(scripted.url);
  const files = place.filesOf(JOB, 'a') as StoreFiles;
  const { part, kept } = await written(files, BYTES.length);
  scripted.uploads.clear();
  scripted.objects.set(`some/exports/${JOB}/${NAME}`, Buffer.alloc(BYTES.length));
  expect(await files.complete({ ...FILE, part }, kept, SHA256, signal)).toBeUndefined();
  place.close();
});

test('a part is sent again after a failure that passes, and an answer that was lost changes nothing', async () => {
  const place = placeOf(scripted.url);
  const files = place.filesOf(JOB, 'a') as StoreFiles;
  const part = await files.begin(NAME, signal);
  files.add(BYTES);
  scripted.script = ({ query }) =>
    query.get('partNumber') === '2' ? { status: 503, code: 'SlowDown' } : undefined;
  await expect(files.save(true, signal)).rejects.toMatchObject({ isPassing: true });
  scripted.script = ({ method, query }) =>
    method === 'POST' && query.has('uploadId') ? 'lose answer' : undefined;
  const kept = await files.save(true, signal);
  const file = { ...FILE, part };
  // The client repeats it, and finds the upload gone.
  const first = await files.complete(file, kept, SHA256, signal).catch((error: unknown) => error);
  scripted.script = () => undefined;
  const again = await files.complete(file, kept, SHA256, signal);
  expect([first, again]).toContainEqual(SHA256);
  expect(scripted.objects.get(`some/exports/${JOB}/${NAME}`)?.equals(BYTES)).toBe(true);
  place.close();
});

describe('a store that is silent within an answer', () => {
  const key = `some/exports/${JOB}/${NAME}`;
  const passing = { name: 'ExportUnavailable', isPassing: true };

  /** Half of each object arrives. */
  function stall(): void {
    scripted.objects.set('some/exports/.hooktrail-exports', Buffer.from(randomUUID()));
    scripted.objects.set(key, BYTES);
    scripted.script = ({ method }) => (method === 'GET' ? 'stall' : undefined);
  }

  test('is waited for as long as a mark may take', async () => {
    stall();
    const place = placeOf(scripted.url, STORE_KEY, { markMs: 200 });
    await expect(place.readMark()).rejects.toMatchObject(passing);
    place.close();
  });

  test('is away, for a file that is read again and for one that is downloaded', async () => {
    stall();
    const place = placeOf(scripted.url, STORE_KEY, { silenceMs: 300 });
    const files = place.filesOf(JOB, 'a') as StoreFiles;
    const completed = files.complete({ ...FILE, part: 'x' }, NOTHING_KEPT, undefined, signal);
    await expect(completed).rejects.toMatchObject(passing);
    const download = async () => readAll((await place.openFile(JOB, NAME, 0, 9_999))?.stream);
    await expect(download()).rejects.toThrow();
    place.close();
  });

  test('does not hold up a node that stops', async () => {
    stall();
    const place = placeOf(scripted.url);
    const stopping = new AbortController();
    const files = place.filesOf(JOB, 'a') as StoreFiles;
    const part = { ...FILE, part: 'x' };
    const completed = files.complete(part, NOTHING_KEPT, undefined, stopping.signal);
    completed.catch(() => undefined);
    await eventually('the file to be read', () => {
      const [last] = scripted.requests.slice(-1);
      return last?.method === 'GET' && last.key === key;
    });
    stopping.abort();
    await expect(completed).rejects.toThrow();
    const reading = place.readMark();
    reading.catch(() => undefined);
    await eventually('the mark to be read', () => scripted.requests.at(-1)?.key !== key);
    place.close();
    await expect(reading).rejects.toThrow();
  });
});

describe('says what a store refuses', () => {
  test.each<[number, string, boolean, RegExp]>([
    [403, 'AccessDenied', false, /refuses the key.*SECRET_ACCESS_KEY.*\(403 AccessDenied\)/],
    [403, 'SignatureDoesNotMatch', false, /refuses the key/],
    [400, 'ExpiredToken', false, /refuses the key/],
    [404, 'NoSuchBucket', false, /no such bucket.*HOOKTRAIL_EXPORT_S3_BUCKET/],
    [301, 'PermanentRedirect', false, /another region.*HOOKTRAIL_EXPORT_S3_REGION/],
    [507, 'XMinioStorageFull', false, /is full: make room/],
    [507, 'Whatever', false, /is full: make room/],
    [403, 'QuotaExceeded', false, /is full: make room/],
    [403, 'RequestTimeTooSkewed', false, /clock of this node is wrong/],
    [400, 'Strange', false, /refuses a request \(400 Strange\): the log/],
    [501, 'NotImplemented', false, /refuses a request \(501 NotImplemented\)/],
    [503, 'SlowDown', true, /busy or broken \(503 SlowDown\)/],
    [500, 'InternalError', true, /busy or broken/],
    [429, 'TooManyRequests', true, /busy or broken/],
  ])('%i %s', async (status, code, isPassing, message) => {
    const place = placeOf(scripted.url);
    scripted.script = () => ({ status, code });
    const refused = (await place
      .filesOf(JOB, 'a')
      .begin(NAME, signal)
      .then(
        () => undefined,
        (error: unknown) => error,
      )) as ExportUnavailable;
    expect(refused).toBeInstanceOf(ExportUnavailable);
    expect([refused.isPassing, refused.reason]).toEqual([isPassing, 'store']);
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toContain(scripted.url);
    place.close();
  });

  test('a store that does not answer may come back', async () => {
    const place = placeOf('http://127.0.0.1:9');
    await expect(place.remove(JOB)).rejects.toMatchObject({
      isPassing: true,
      message: 'the store of exports does not answer (ECONNREFUSED)',
    });
    place.close();
    scripted.script = () => 'hang';
    const silent = placeOf(scripted.url);
    const ending = new AbortController();
    const hanging = silent.filesOf(JOB, 'a').begin(NAME, ending.signal);
    ending.abort();
    await expect(hanging).rejects.toThrow(/abort/i);
    silent.close();
  });
});
