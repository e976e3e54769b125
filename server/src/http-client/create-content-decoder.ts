import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
} from 'node:zlib';

/** What is shown of a body (spec/contract.md, "List attempts"). */
const SHOWN_BYTES = 64 * 1024;

/** More codings than this, one over the other, are not undone. */
const MOST_CODINGS = 2;

/** Only the beginning of a long body is kept: a coding may end early. */
const CUT_ZLIB = { finishFlush: constants.Z_SYNC_FLUSH };
const CUT_BROTLI = { finishFlush: constants.BROTLI_OPERATION_FLUSH };

/** Resolves to the beginning of what was coded, or to undefined if this cannot be undone. */
export type ContentDecoder = (
  bytes: Buffer,
  codings: readonly string[],
) => Promise<Buffer | undefined>;

/**
 * Makes what undoes the codings of a body that was kept. It never produces more than is shown, and
 * undoes one body at a time: 64 KiB of input can hold 64 MiB, and Brotli may take 16 MiB of memory
 * for each.
 */
export function createContentDecoder(): ContentDecoder {
  let last: Promise<unknown> = Promise.resolve();
  return (bytes, codings) => {
    if (bytes.length === 0 || codings.length > MOST_CODINGS) return Promise.resolve(undefined);
    const next = last.then(() => undo(bytes, codings));
    last = next;
    return next;
  };
}

async function undo(bytes: Buffer, codings: readonly string[]): Promise<Buffer | undefined> {
  let decoded: Buffer | undefined = bytes;
  // The last coding was applied last.
  for (const coding of codings.toReversed()) {
    if (decoded !== undefined) decoded = await undoOne(decoded, coding);
  }
  return decoded;
}

function undoOne(bytes: Buffer, coding: string): Promise<Buffer | undefined> {
  const stream = decoderOf(coding, bytes);
  if (stream === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    const end = (isValid: boolean) => {
      stream.destroy();
      const all = Buffer.concat(parts).subarray(0, SHOWN_BYTES);
      resolve(isValid || length > 0 ? all : undefined);
    };
    stream
      .on('data', (part: Buffer) => {
        if (length < SHOWN_BYTES) parts.push(part);
        length += part.length;
        if (length >= SHOWN_BYTES) end(true);
      })
      .on('error', () => end(false))
      .on('end', () => end(true))
      .end(bytes);
  });
}

function decoderOf(coding: string, bytes: Buffer) {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(CUT_ZLIB);
    case 'deflate':
      // Some servers leave out the header of zlib (RFC 9110, 8.4.1.2).
      return hasZlibHeader(bytes) ? createInflate(CUT_ZLIB) : createInflateRaw(CUT_ZLIB);
    case 'br':
      return createBrotliDecompress(CUT_BROTLI);
    default:
      return undefined;
  }
}

/** RFC 1950, 2.2. */
function hasZlibHeader(bytes: Buffer): boolean {
  const [method = 0, flags = 0] = bytes;
  return (method & 15) === 8 && (256 * method + flags) % 31 === 0;
}
