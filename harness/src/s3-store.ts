import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request, as far as a script decides by it. */
export interface StoreRequest {
  /** Such as `PUT`. */
  readonly method: string;
  /** Without the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** What a script does instead of the store: an error, silence, a reset; undefined: the store answers. */
export type StoreFault =
  | { readonly status: number; readonly code: string }
  | 'hang'
  | 'reset'
  /** Does what was asked, and breaks the connection instead of answering. */
  | 'lose answer'
  /** Sends half of an object. */
  | 'cut'
  /** Sends half of an object, and nothing more. */
  | 'stall'
  | undefined;

interface Upload {
  readonly key: string;
  readonly parts: Map<number, Buffer>;
}

/**
 * An object store on loopback that speaks as much of S3 as exports need, in memory, and fails as a script
 * says. It knows its key, checks no signatures, and holds the rules of parts: at least 5 MiB, all of one size.
 */
export interface S3Store {
  readonly url: string;
  /** By their keys. */
  readonly objects: Map<string, Buffer>;
  /** What is neither complete nor aborted, by the ids. */
  readonly uploads: Map<string, Upload>;
  /** Oldest first. */
  readonly requests: readonly StoreRequest[];
  /** Asked for each request, once its body has arrived. */
  script: (request: StoreRequest) => StoreFault | Promise<StoreFault>;
  /** Closes the port and all connections: new ones are refused until `open`. */
  shut(): Promise<void>;
  /** Listens again, on the same port. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export const STORE_KEY = { bucket: 'exports', id: 'KEY', secret: 'SECRET' };

const LEAST_PART = 5 * 1024 * 1024;

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const tagOf = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

const xml = (name: string, inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><${name}>${inside}</${name}>`;

/** Starts a store. */
export async function startS3Store(): Promise<S3Store> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Upload>();
  const requests: StoreRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void handle(request, response).catch(() => request.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://store');
    const [, bucket = '', ...rest] = decodeURIComponent(url.pathname).split('/');
    const { headers, method = 'GET' } = request;
    const asked = { method, key: rest.join('/'), query: url.searchParams, headers };
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    requests.push(asked);
    const fault = await store.script(asked);
    if (fault === 'hang') return;
    if (fault === 'reset') {
      request.socket.destroy();
      return;
    }
    try {
      if (typeof fault === 'object') throw new Refusal(fault.status, fault.code);
      if (!headers.authorization?.includes(`Credential=${STORE_KEY.id}/`)) {
        throw new Refusal(403, 'InvalidAccessKeyId');
      }
      if (bucket !== STORE_KEY.bucket) throw new Refusal(404, 'NoSuchBucket');
      const answer = serve(asked, Buffer.concat(pieces));
      if (fault === 'lose answer') {
        request.socket.destroy();
        return;
      }
      const { body = '', status = 200, ...more } = answer;
      const bytes = Buffer.from(body);
      const length = more.length ?? bytes.length;
      response.writeHead(status, { ...more.headers, 'content-length': length });
      if (fault === 'stall') response.write(bytes.subarray(0, bytes.length / 2));
      else if (fault === 'cut') {
        response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
      } else response.end(method === 'HEAD' ? undefined : bytes);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const text = xml('Error', `<Code>${error.code}</Code><Message>scripted</Message>`);
      response.writeHead(error.status, { 'content-type': 'application/xml' });
      response.end(method === 'HEAD' ? undefined : text);
    }
  }

  interface Answer {
    readonly status?: number;
    readonly headers?: Record<string, string>;
    readonly body?: string | Buffer;
    readonly length?: number;
  }

  function serve(asked: StoreRequest, body: Buffer): Answer {
    const { key, method, query } = asked;
    const uploadId = query.get('uploadId');
    if (key === '') return query.has('uploads') ? listUploads(query) : listObjects(query);
    if (method === 'POST' && query.has('uploads')) {
      const id = randomUUID();
      uploads.set(id, { key, parts: new Map() });
      return { body: xml('InitiateMultipartUploadResult', `<UploadId>${id}</UploadId>`) };
    }
    if (uploadId !== null) return serveUpload(asked, uploadId, body);
    if (method === 'PUT') {
      if (asked.headers['if-none-match'] === '*' && objects.has(key)) {
        throw new Refusal(412, 'PreconditionFailed');
      }
      objects.set(key, body);
      return { headers: { etag: tagOf(body) } };
    }
    if (method === 'DELETE') {
      objects.delete(key);
      return { status: 204 };
    }
    return read(asked);
  }

  function serveUpload({ key, method, query }: StoreRequest, id: string, body: Buffer): Answer {
    const upload = uploads.get(id);
    if (upload === undefined || upload.key !== key) throw new Refusal(404, 'NoSuchUpload');
    if (method === 'DELETE') {
      uploads.delete(id);
      return { status: 204 };
    }
    if (method === 'PUT') {
      upload.parts.set(Number(query.get('partNumber')), body);
      return { headers: { etag: tagOf(body) } };
    }
    const named = [...String(body).matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
      tag: /<ETag>(.*?)<\/ETag>/.exec(part)?.[1]?.replaceAll('&quot;', '"'),
      number: Number(/<PartNumber>(\d+)/.exec(part)?.[1]),
    }));
    const parts = named.map(({ number, tag }) => {
      const bytes = upload.parts.get(number);
      if (bytes === undefined || tagOf(bytes) !== tag) throw new Refusal(400, 'InvalidPart');
      return bytes;
    });
    const [first] = parts as [Buffer];
    const isUneven = parts.slice(0, -1).some(({ length }) => length !== first.length);
    if (isUneven || (parts.length > 1 && first.length < LEAST_PART)) {
      throw new Refusal(400, 'EntityTooSmall');
    }
    objects.set(key, Buffer.concat(parts));
    uploads.delete(id);
    return { body: xml('CompleteMultipartUploadResult', `<Key>${key}</Key>`) };
  }

  function read({ headers, key, method }: StoreRequest): Answer {
    const bytes = objects.get(key);
    if (bytes === undefined) throw new Refusal(404, 'NoSuchKey');
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    if (method === 'HEAD') return { length: bytes.length };
    if (from === undefined) return { body: bytes };
    const [start, end] = [Number(from), Math.min(Number(to), bytes.length - 1)];
    if (start >= bytes.length) throw new Refusal(416, 'InvalidRange');
    return {
      status: 206,
      headers: { 'content-range': `bytes ${start}-${end}/${bytes.length}` },
      body: bytes.subarray(start, end + 1),
    };
  }

  const NOW = () => new Date().toISOString();

  function listObjects(query: URLSearchParams): Answer {
    const prefix = query.get('prefix') ?? '';
    const found = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    const folders = new Set<string>();
    const contents: string[] = [];
    for (const key of found) {
      const end = query.has('delimiter') ? key.indexOf('/', prefix.length) : -1;
      if (end >= 0) folders.add(key.slice(0, end + 1));
      else contents.push(key);
    }
    const after = query.get('continuation-token') ?? '';
    // Small pages: lists of several must be read to their end.
    const page = contents.filter((key) => key > after).slice(0, 2);
    const isTruncated = page.at(-1) !== contents.at(-1);
    return {
      body: xml(
        'ListBucketResult',
        [
          `<IsTruncated>${isTruncated}</IsTruncated>`,
          isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '',
          ...page.map(
            (key) => `<Contents><Key>${key}</Key><LastModified>${NOW()}</LastModified></Contents>`,
          ),
          ...[...folders].map(
            (name) => `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`,
          ),
        ].join(''),
      ),
    };
  }

  function listUploads(query: URLSearchParams): Answer {
    const prefix = query.get('prefix') ?? '';
    const found = [...uploads].filter(([, { key }]) => key.startsWith(prefix));
    const inside = found.map(
      ([id, { key }]) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${NOW()}</Initiated></Upload>`,
    );
    return { body: xml('ListMultipartUploadsResult', inside.join('')) };
  }

  async function listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  async function shut(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  const port = await listen(0);
  const store: S3Store = {
    url: `http://127.0.0.1:${port}`,
    objects,
    uploads,
    requests,
    script: () => undefined,
    shut,
    open: async () => void (await listen(port)),
    close: shut,
  };
  return store;
}
