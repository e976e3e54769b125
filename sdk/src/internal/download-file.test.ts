import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Hooktrail } from '../hooktrail.ts';
import type { DownloadOptions } from '../options/download-options.ts';

const WHOLE = new Uint8Array(1_000);
const SHA256 = createHash('sha256').update(WHOLE).digest('hex');
const ETAG = `"${SHA256}"`;

/** What each request got, oldest first. */
let requests: { readonly signal: AbortSignal | undefined; isCancelled: boolean }[];

beforeEach(() => {
  requests = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Source = (controller: ReadableStreamDefaultController<Uint8Array>) => void;

/** A download of 1,000 bytes from a server that sends what `source` says. */
function download(source: Source, { answers = async () => undefined, ...options }: Options = {}) {
  const hooktrail = new Hooktrail({
    baseUrl: 'https://hooks.example',
    auth: { accessToken: 'ht_x' },
    fetch: async (_url, init) => {
      const request = { signal: init?.signal ?? undefined, isCancelled: false };
      requests.push(request);
      await answers(init?.signal ?? undefined);
      const body = new ReadableStream({
        start: source,
        cancel: () => {
          request.isCancelled = true;
        },
      });
      const from = Number(/\d+/.exec(new Headers(init?.headers).get('range') ?? '')?.[0] ?? 0);
      if (from >= WHOLE.length) {
        return new Response('{}', { status: 416, headers: { 'content-range': 'bytes */1000' } });
      }
      return new Response(body, { headers: { etag: ETAG, 'content-length': '1000' } });
    },
  });
  return hooktrail.jobs.download('01KB8YQ6T5B3S8D1F4G7H9J2KM', 1, options);
}

interface Options extends DownloadOptions {
  /** Resolves when the server answers. */
  readonly answers?: (signal: AbortSignal | undefined) => Promise<unknown>;
}

/** Sends a piece and is silent then. */
const piece: Source = (controller) => controller.enqueue(new Uint8Array(10));

/** Longer than all waits between connections. */
const later = () => vi.advanceTimersByTimeAsync(600_000);

test('a loop that is left ends the download', async () => {
  for await (const bytes of download(piece)) {
    expect(bytes).toHaveLength(10);
    break;
  }
  await later();
  expect(requests).toMatchObject([{ isCancelled: true }]);
});

test('a loop that throws ends it, too', async () => {
  const reading = (async () => {
    for await (const _ of download(piece)) throw new Error('the disk is full');
  })();
  await expect(reading).rejects.toThrow('the disk is full');
  await later();
  expect(requests).toMatchObject([{ isCancelled: true }]);
});

test('a stream that is cancelled while a piece is awaited does not connect again', async () => {
  const reader = download(() => undefined).getReader();
  const read = reader.read();
  await vi.advanceTimersByTimeAsync(1_000);
  await reader.cancel();
  expect(await read).toEqual({ done: true, value: undefined });
  await later();
  expect(requests).toMatchObject([{ isCancelled: true }]);
});

test('a stream that is cancelled between two connections does not connect again', async () => {
  const reader = download((controller) => controller.error(new Error('reset'))).getReader();
  const read = reader.read();
  await vi.advanceTimersByTimeAsync(1);
  await reader.cancel();
  expect((await read).done).toBe(true);
  await later();
  expect(requests).toHaveLength(1);
});

test('a stream that is cancelled while it connects ends that request', async () => {
  const aborted = (signal: AbortSignal | undefined) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  const reader = download(piece, { answers: aborted }).getReader();
  const read = reader.read();
  await vi.advanceTimersByTimeAsync(1);
  await reader.cancel();
  expect((await read).done).toBe(true);
  await later();
  expect(requests.map(({ signal }) => signal?.aborted)).toEqual([true]);
});

test('a signal of the caller fails the stream, and nothing connects again', async () => {
  const ending = new AbortController();
  const remove = vi.spyOn(ending.signal, 'removeEventListener');
  const reader = download(piece, { signal: ending.signal }).getReader();
  await reader.read();
  const read = reader.read();
  ending.abort(new Error('enough'));
  await expect(read).rejects.toThrow('enough');
  await later();
  expect(requests).toHaveLength(1);
  expect(remove).toHaveBeenCalled();
});

test('a pipe whose target fails ends the download', async () => {
  const target = new WritableStream({
    write() {
      throw new Error('the disk is full');
    },
  });
  await expect(download(piece).pipeTo(target)).rejects.toThrow('the disk is full');
  await later();
  expect(requests).toMatchObject([{ isCancelled: true }]);
});

test('a connection that breaks after the last byte does not fail the download', async () => {
  const reader = download((controller) => {
    controller.enqueue(WHOLE);
    setTimeout(() => controller.error(new Error('reset')), 1_000);
  }).getReader();
  expect((await reader.read()).value).toHaveLength(1_000);
  const end = reader.read();
  await later();
  expect(await end).toEqual({ done: true, value: undefined });
  expect(requests).toHaveLength(1);
});

test('a part that is the whole file already has nothing more to download', async () => {
  const rest = download(piece, { from: 1_000, sha256: SHA256 });
  expect((await new Response(rest).arrayBuffer()).byteLength).toBe(0);
  expect(requests).toHaveLength(1);
});

test('a part that is longer than the file is refused, and one of a file that nobody names', async () => {
  const beyond = download(piece, { from: 1_001, sha256: SHA256 });
  await expect(new Response(beyond).arrayBuffer()).rejects.toThrow('416');
  expect(() => download(piece, { from: 1 })).toThrow('from needs sha256');
});
