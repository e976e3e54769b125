import { APIError } from '../errors/api-error.ts';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { ConnectionError } from '../errors/connection-error.ts';
import { ResponseValidationError } from '../errors/response-validation-error.ts';
import { TimeoutError } from '../errors/timeout-error.ts';
import type { DownloadOptions } from '../options/download-options.ts';
import type { ZendeskOptions } from '../options/zendesk-options.ts';
import { ignore } from './ignore.ts';
import { Sha256 } from './sha256.ts';
import { createTransport } from './transport.ts';
import { v1Path } from './v1-path.ts';
import { within } from './within.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** Connections in a row that bring nothing. */
const MOST_FAILURES = 8;

/** A connection that is silent for so long is dead. */
const SILENCE_MS = 60_000;

/** Whether connecting again may help. */
const passes = (error: unknown): boolean =>
  error instanceof APIError
    ? error.statusCode >= 500 || error.statusCode === 429
    : error instanceof ConnectionError || error instanceof TimeoutError;

type Download = (
  jobId: string,
  number: number,
  options?: DownloadOptions,
) => ReadableStream<Uint8Array>;

/** Creates the download of a file, which goes on by range and checks what arrived. */
export const downloadFile =
  (client: ZendeskOptions): Download =>
  (jobId, number, { from: start = 0, sha256: expected, ...options } = {}) => {
    if (start > 0 && !expected) {
      throw new ConfigurationError('from needs sha256, so that the rest is of the same file');
    }
    const path = v1Path('jobs', jobId, 'files', String(number));
    const ending = new AbortController();
    const { signal } = ending;
    const abort = () => ending.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', abort);
    if (options.signal?.aborted) abort();
    const release = () => options.signal?.removeEventListener('abort', abort);
    const hash = new Sha256();
    let received = start;
    let etag = expected === undefined ? '' : `"${expected}"`;
    let total: number | undefined;
    let response: Response | undefined;
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
    let failures = 0;

    const broken = (what: string): Error =>
      new ResponseValidationError('GET', path.join('/'), response as Response, '', `: ${what}`);

    /** Refusals and failures are those of every call. */
    const connect = async () => {
      const send = createTransport({
        ...client,
        fetch: async (url, init) => {
          response = await (client.fetch ?? fetch)(url, init);
          if (!response.ok) return response;
          // The transport reads an answer to its end, which this one does with the stream.
          reader = response.body?.getReader();
          const { status, headers } = response;
          return new Response('null', { status, headers });
        },
      });
      const range = etag && { range: `bytes=${received}-`, 'if-range': etag };
      await send({ path }, ignore, {
        ...options,
        signal,
        ...(etag && { retries: { strategy: 'none' } }),
        headers: { accept: '*/*', ...options.headers, ...range },
      });
      const { headers, status } = response as Response;
      if (received > 0 && status !== 206) throw broken('the file has changed since it was begun');
      etag ||= headers.get('etag')?.replace('W/', '') ?? '';
      const length = headers.get('content-encoding') ? null : headers.get('content-length');
      if (length !== null) total = received + Number(length);
    };

    /** Whether the server says that what is here is the whole file. */
    const isAtEnd = () =>
      response?.status === 416 && response.headers.get('content-range') === `bytes */${received}`;

    /** The next piece; undefined at the end of the file. */
    const next = async (): Promise<Uint8Array | undefined> => {
      for (;;) {
        signal.throwIfAborted();
        let cause: unknown;
        try {
          if (reader === undefined) await connect();
          const from = reader;
          const read = await within(
            SILENCE_MS,
            signal,
            () => Promise.reject(new TimeoutError(`no byte arrived within ${SILENCE_MS} ms`)),
            async () =>
              from?.read().catch((error: unknown) => {
                throw new ConnectionError(`the connection broke: ${error}`, { cause: error });
              }),
          );
          if (read?.value) {
            failures = 0;
            received += read.value.length;
            hash.update(read.value);
            return read.value;
          }
          if (total === undefined || received >= total) return undefined;
          cause = new ConnectionError(`the connection ended after ${received} of ${total} bytes`);
        } catch (error) {
          cause = error;
        }
        await reader?.cancel().catch(ignore);
        reader = undefined;
        // All of it is here: the connection broke after the last byte, or `from` is the end of the file.
        if (received === total || isAtEnd()) return undefined;
        // Without the name of what was begun, the rest might be of another file.
        if (!passes(cause) || (received > 0 && !etag) || ++failures > MOST_FAILURES) throw cause;
        const longestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
        await within((longestMs * (1 + Math.random())) / 2, signal, ignore);
      }
    };

    return new ReadableStream({
      async pull(controller) {
        const piece = await next().catch((error: unknown) => {
          release();
          throw error;
        });
        if (piece) {
          controller.enqueue(piece);
          return;
        }
        release();
        const sha256 = /^"([0-9a-f]{64})"$/.exec(etag)?.[1];
        if (start === 0 && sha256 && hash.hex() !== sha256) {
          throw broken(`what arrived has not the SHA-256 ${sha256}`);
        }
        controller.close();
      },
      async cancel() {
        release();
        // A piece that is awaited, a connection that is made and the wait for the next one end with it.
        ending.abort();
        await reader?.cancel();
      },
    });
  };
