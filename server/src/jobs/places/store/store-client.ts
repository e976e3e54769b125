import { setMaxListeners } from 'node:events';
import { addAbortSignal, type Readable } from 'node:stream';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { ExportStore } from '../../../model/export-store.ts';
import { SECOND_MS } from '../../../model/time-units.ts';
import { explainStoreError } from './explain-store-error.ts';
import { isMissing } from './is-missing.ts';

type Library = typeof import('@aws-sdk/client-s3');

/**
 * A part has 8 MiB: a store that takes longer for one has less than 70 kB/s. Within an object, a store that
 * sends nothing for as long is away, and so is a caller that reads nothing.
 */
const REQUEST_MS = 120 * SECOND_MS;
const CONNECT_MS = 5 * SECOND_MS;

/** Beyond this a request waits for another one: 64 jobs and 64 downloads of a node have one each. */
const SOCKETS = 160;

interface Listed {
  readonly key: string;
  readonly writtenMs: number;
}

interface Upload extends Listed {
  readonly uploadId: string;
}

/** An object, or a range of it. */
interface Read {
  /** Of all of it. */
  readonly size: number;
  readonly body: Readable;
}

function ifMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

const nameOf = (error: unknown): string => (error as Error).name;

/**
 * The requests to the bucket that exports need: those that every store serves that speaks S3. The library
 * is loaded with the first one. Failures are `ExportUnavailable`.
 */
export class StoreClient {
  readonly #store: ExportStore;
  readonly #silenceMs: number;
  readonly #stopping = new AbortController();
  #loading: Promise<{ client: S3Client; s3: Library }> | undefined;

  constructor(store: ExportStore, silenceMs = REQUEST_MS) {
    this.#store = store;
    this.#silenceMs = silenceMs;
    // Each request listens.
    setMaxListeners(0, this.#stopping.signal);
  }

  /**
   * Resolves to an object from byte `start` to byte `end`, both included; undefined: there is none. The signal
   * is for the beginning of the answer: how long the rest may take, its reader decides.
   */
  get(
    key: string,
    { start, end }: { readonly start: number; readonly end: number },
    signal: AbortSignal,
  ): Promise<Read | undefined> {
    return this.#ask(signal, async ({ client, s3 }, options) => {
      const Range = `bytes=${start}-${end}`;
      const command = new s3.GetObjectCommand({ ...this.#at(key), Range });
      const answer = await client.send(command, options).catch(ifMissing);
      if (answer === undefined) return undefined;
      const size = Number(/\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1] ?? answer.ContentLength);
      return { size, body: answer.Body as unknown as Readable };
    });
  }

  /**
   * Reads an object to its end; false: there is none. The signal ends it within the object, too.
   *
   * @param add returns whether it wants more
   */
  read(key: string, add: (piece: Uint8Array) => boolean, signal: AbortSignal): Promise<boolean> {
    return this.#ask(signal, async ({ client, s3 }, options) => {
      const command = new s3.GetObjectCommand(this.#at(key));
      const answer = await client.send(command, options).catch(ifMissing);
      if (answer === undefined) return false;
      const body = addAbortSignal(options.abortSignal, answer.Body as unknown as Readable);
      for await (const piece of body) if (!add(piece as Uint8Array)) break;
      return true;
    });
  }

  /** Resolves to the bytes of an object; undefined: there is none. */
  size(key: string, signal: AbortSignal): Promise<number | undefined> {
    return this.#ask(signal, async ({ client, s3 }, options) => {
      const command = new s3.HeadObjectCommand(this.#at(key));
      try {
        return (await client.send(command, options)).ContentLength;
      } catch (error) {
        if (!isMissing(error)) throw error;
        return undefined;
      }
    });
  }

  /** Writes a small object; `once`: unless there is one, where the store knows that. */
  put(
    key: string,
    text: string,
    type: string,
    { once = false, signal }: { readonly once?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    return this.#ask(signal, async ({ client, s3 }, options) => {
      const object = { ...this.#at(key), Body: text, ContentType: type };
      if (!once) {
        await client.send(new s3.PutObjectCommand(object), options);
        return;
      }
      const command = new s3.PutObjectCommand({ ...object, IfNoneMatch: '*' });
      await client.send(command, options).catch(async (error: unknown) => {
        if (['PreconditionFailed', 'ConditionalRequestConflict'].includes(nameOf(error))) return;
        if (nameOf(error) !== 'NotImplemented') throw error;
        await client.send(new s3.PutObjectCommand(object), options);
      });
    });
  }

  delete(key: string, signal?: AbortSignal): Promise<void> {
    return this.#ask(signal, async ({ client, s3 }, options) => {
      await client.send(new s3.DeleteObjectCommand(this.#at(key)), options);
    });
  }

  /** Begins an upload in parts; resolves to its id. */
  begin(key: string, type: string, signal: AbortSignal): Promise<string> {
    return this.#ask(signal, async ({ client, s3 }, options) => {
      const command = new s3.CreateMultipartUploadCommand({ ...this.#at(key), ContentType: type });
      return (await client.send(command, options)).UploadId as string;
    });
  }

  /** Sends a part; resolves to its tag, and undefined if there is no such upload any more. */
  part(
    key: string,
    uploadId: string,
    number: number,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    return this.#ask(signal, async ({ client, s3 }, options) => {
      const part = { UploadId: uploadId, PartNumber: number, Body: bytes };
      const command = new s3.UploadPartCommand({ ...this.#at(key), ...part });
      try {
        return (await client.send(command, options)).ETag;
      } catch (error) {
        if (!isMissing(error)) throw error;
        return undefined;
      }
    });
  }

  /** Makes an object of parts; false if the upload or a part is not there any more. */
  complete(
    key: string,
    uploadId: string,
    parts: readonly string[],
    signal: AbortSignal,
  ): Promise<boolean> {
    return this.#ask(signal, async ({ client, s3 }, options) => {
      const Parts = parts.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
      const named = { ...this.#at(key), UploadId: uploadId };
      const command = new s3.CompleteMultipartUploadCommand({
        ...named,
        MultipartUpload: { Parts },
      });
      try {
        await client.send(command, options);
        return true;
      } catch (error) {
        if (!isMissing(error) && nameOf(error) !== 'InvalidPart') throw error;
        return false;
      }
    });
  }

  abort(key: string, uploadId: string, signal?: AbortSignal): Promise<void> {
    return this.#ask(signal, async ({ client, s3 }, options) => {
      const named = { ...this.#at(key), UploadId: uploadId };
      const command = new s3.AbortMultipartUploadCommand(named);
      await client.send(command, options).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    });
  }

  /** The objects below a key, a page at a time. */
  async *objects(prefix: string, signal?: AbortSignal): AsyncGenerator<Listed> {
    for (let token: string | undefined, more = true; more; ) {
      const page = await this.#ask(signal, ({ client, s3 }, options) =>
        client.send(new s3.ListObjectsV2Command(this.#below(prefix, token)), options),
      );
      for (const { Key, LastModified } of page.Contents ?? []) {
        yield { key: Key as string, writtenMs: LastModified?.getTime() ?? 0 };
      }
      token = page.NextContinuationToken;
      more = token !== undefined && page.IsTruncated === true;
    }
  }

  /** What stands between a key and the next slash, of all objects below it. */
  async *folders(prefix: string): AsyncGenerator<string> {
    for (let token: string | undefined, more = true; more; ) {
      const page = await this.#ask(undefined, ({ client, s3 }, options) => {
        const asked = { ...this.#below(prefix, token), Delimiter: '/' };
        return client.send(new s3.ListObjectsV2Command(asked), options);
      });
      for (const { Prefix = '' } of page.CommonPrefixes ?? []) {
        yield Prefix.slice(prefix.length, -1);
      }
      token = page.NextContinuationToken;
      more = token !== undefined && page.IsTruncated === true;
    }
  }

  /** The uploads below a key that are neither complete nor aborted. */
  async *uploads(prefix: string, signal?: AbortSignal): AsyncGenerator<Upload> {
    let from: { KeyMarker?: string; UploadIdMarker?: string } = {};
    for (let more = true; more; ) {
      const page = await this.#ask(signal, async ({ client, s3 }, options) => {
        const asked = { Bucket: this.#store.bucket, Prefix: prefix, ...from };
        const command = new s3.ListMultipartUploadsCommand(asked);
        return client.send(command, options).catch((error: unknown) => {
          // Such a store must have a rule that aborts them.
          if (nameOf(error) !== 'NotImplemented') throw error;
          return undefined;
        });
      });
      for (const { Initiated, Key, UploadId } of page?.Uploads ?? []) {
        const writtenMs = Initiated?.getTime() ?? 0;
        yield { key: Key as string, uploadId: UploadId as string, writtenMs };
      }
      const { NextKeyMarker, NextUploadIdMarker } = page ?? {};
      more = page?.IsTruncated === true && NextKeyMarker !== undefined && NextKeyMarker !== '';
      from = {
        ...(NextKeyMarker && { KeyMarker: NextKeyMarker }),
        ...(NextUploadIdMarker && { UploadIdMarker: NextUploadIdMarker }),
      };
    }
  }

  /** Ends what is in progress. */
  close(): void {
    this.#stopping.abort();
    void this.#loading?.then(({ client }) => client.destroy()).catch(() => undefined);
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#store.bucket, Key: key };
  }

  #below(prefix: string, token: string | undefined) {
    const { bucket } = this.#store;
    return { Bucket: bucket, Prefix: prefix, ...(token && { ContinuationToken: token }) };
  }

  async #ask<Result>(
    signal: AbortSignal | undefined,
    work: (
      library: { client: S3Client; s3: Library },
      options: { abortSignal: AbortSignal },
    ) => Promise<Result>,
  ): Promise<Result> {
    const ending = new AbortController();
    const end = () => ending.abort();
    const signals = [this.#stopping.signal, ...(signal === undefined ? [] : [signal])];
    for (const one of signals) {
      if (one.aborted) end();
      one.addEventListener('abort', end);
    }
    this.#loading ??= this.#load();
    try {
      return await work(await this.#loading, { abortSignal: ending.signal });
    } catch (error) {
      const reason: unknown = signal?.reason;
      const isLate = (reason as Error | undefined)?.name === 'TimeoutError';
      throw explainStoreError(isLate ? reason : error);
    } finally {
      for (const one of signals) one.removeEventListener('abort', end);
    }
  }

  async #load(): Promise<{ client: S3Client; s3: Library }> {
    const s3 = await import('@aws-sdk/client-s3');
    const { endpoint, key, pathStyle, region } = this.#store;
    const config: S3ClientConfig = {
      forcePathStyle: pathStyle,
      // Who waits for the store decides how long: the job, with its lease.
      maxAttempts: 2,
      // Stores other than that of AWS refuse checksums that they do not know; each part is signed with its SHA-256.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        requestTimeout: REQUEST_MS,
        throwOnRequestTimeout: true,
        socketTimeout: this.#silenceMs,
        httpAgent: { keepAlive: true, maxSockets: SOCKETS },
        httpsAgent: { keepAlive: true, maxSockets: SOCKETS },
      },
      ...(region !== undefined && { region }),
      ...(endpoint !== undefined && { endpoint }),
      ...(key !== undefined && {
        credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
      }),
    };
    return { client: new s3.S3Client(config), s3 };
  }
}
