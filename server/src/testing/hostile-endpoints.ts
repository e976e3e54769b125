import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Script } from '@hooktrail/harness/raw-receiver';
import type { AttemptStatus } from '../model/delivery-status.ts';

/** How an endpoint mistreats a sender, and the outcome that must be on the record. */
export interface HostileEndpoint {
  readonly what: string;
  readonly script: Script;
  /** It never reads, and runs its script as soon as a connection is made. */
  readonly deaf?: boolean;
  /** The sender expects TLS. */
  readonly tls?: boolean;
  readonly status: AttemptStatus;
  /** Absent without an answer. */
  readonly statusCode?: number;
  /** Absent when there must be no message. */
  readonly errorMessage?: RegExp;
  /** It ends at the time limit, and not before. */
  readonly lasts?: true;
}

const KIB = 1024;
const OK_HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK_HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const OK = `${OK_HEAD}Content-Length: 2\r\n\r\nok`;

const answer =
  (text: string | Buffer): Script =>
  (socket) => {
    socket.write(text);
  };

/** Sends `first`, and then `again` for ever, as fast as it is read. */
function endless(first: string, again: string): Script {
  const many = Buffer.from(again.repeat(Math.ceil((64 * KIB) / again.length)));
  return (socket) => {
    const flood = () => {
      while (socket.writable && socket.write(many));
    };
    socket.on('drain', flood);
    socket.write(first);
    flood();
  };
}

/** Sends `first`, and then `again` every 10 ms for ever. */
function drip(first: string, again: string): Script {
  return (socket) => {
    socket.write(first);
    const timer = setInterval(() => socket.write(again), 10);
    socket.on('close', () => clearInterval(timer));
  };
}

/** Sends a text and resets the connection. */
function thenReset(text: string): Script {
  return (socket: Socket) => {
    socket.write(text, () => setImmediate(() => socket.resetAndDestroy()));
  };
}

/** 64 MiB of zeros, compressed twice: to 64 KiB, and then to some 300 bytes. */
const BOMB = gzipSync(gzipSync(Buffer.alloc(64 * KIB * KIB), { level: 9 }), { level: 9 });

const manyHeaders = (count: number) =>
  `${OK_HEAD}${Array.from({ length: count }, (_, n) => `x-${n}: ${n}\r\n`).join('')}`;

const HEAD_TOO_LONG = /^malformed answer: head longer than 20480 bytes$/;
const SUCCESS = { status: 'success', statusCode: 200 } as const;
const TIMEOUT = { status: 'timeout', lasts: true } as const;
const NO_ANSWER = { ...TIMEOUT, errorMessage: /^timeout: no answer within \d+ ms$/ };
const NO_END = {
  ...SUCCESS,
  lasts: true as const,
  errorMessage: /^timeout: answer not complete within \d+ ms$/,
};
const CLOSED = { status: 'failed', errorMessage: /^connection closed: / } as const;
/** The status was read before. */
const CLOSED_AFTER = { ...SUCCESS, errorMessage: /^connection closed: / };
const MALFORMED = { status: 'failed', errorMessage: /^malformed answer: / } as const;

/** Cases for the sender alone and for a whole node: both must have the same outcome. */
export const HOSTILE_ENDPOINTS: readonly HostileEndpoint[] = [
  // Too slow.
  { what: 'says nothing', script: () => undefined, ...NO_ANSWER },
  { what: 'drips its head', script: drip(OK_HEAD, 'X: 1\r\n'), ...NO_ANSWER },
  { what: 'drips one header', script: drip(`${OK_HEAD}X: `, 'x'), ...NO_ANSWER },
  {
    what: 'drips its body',
    script: drip(`${OK_HEAD}Content-Length: 99999\r\n\r\n`, '.'),
    ...NO_END,
  },
  { what: 'drips its chunks', script: drip(CHUNKED, '1\r\n.\r\n'), ...NO_END },
  { what: 'drips a chunk length', script: drip(CHUNKED, '0'), ...NO_END },
  { what: 'drips trailers', script: drip(`${CHUNKED}0\r\n`, 'X: 1\r\n'), ...NO_END },
  { what: 'drips 1xx answers', script: drip('', 'HTTP/1.1 102 Processing\r\n\r\n'), ...NO_ANSWER },
  {
    what: 'stops in an interim answer',
    script: answer('HTTP/1.1 103 Early\r\nLink'),
    ...NO_ANSWER,
  },
  { what: 'never reads the request', deaf: true, script: () => undefined, ...NO_ANSWER },
  {
    what: 'begins its answer and never reads the request',
    deaf: true,
    script: answer(OK_HEAD),
    ...NO_ANSWER,
  },
  {
    what: 'never finishes the TLS handshake',
    tls: true,
    deaf: true,
    script: () => undefined,
    ...NO_ANSWER,
  },

  // Too much.
  {
    what: 'sends a body without end',
    script: endless(`${OK_HEAD}\r\n`, 'x'),
    ...SUCCESS,
    errorMessage: /^answer cut off: its body is longer than 1048576 bytes$/,
  },
  {
    what: 'sends an error without end',
    script: endless('HTTP/1.1 500 Oops\r\n\r\n', 'x'),
    status: 'server error',
    statusCode: 500,
    errorMessage: /^answer cut off: its body is longer than 1048576 bytes$/,
  },
  {
    what: 'sends chunks of one byte without end',
    script: endless(CHUNKED, '1\r\nx\r\n'),
    ...SUCCESS,
    errorMessage: /^answer cut off: its body arrives in more than 16384 pieces$/,
  },
  {
    what: 'sends a chunk extension without end',
    script: endless(`${CHUNKED}1;`, 'x'),
    ...SUCCESS,
    errorMessage: /^answer cut off: it is longer than 2097152 bytes, framing included$/,
  },
  {
    what: 'sends trailers without end',
    script: endless(`${CHUNKED}0\r\n`, 'X: 1\r\n'),
    ...SUCCESS,
    errorMessage: /^malformed answer: trailers longer than 20480 bytes$/,
  },
  {
    what: 'sends headers without end',
    script: endless(OK_HEAD, 'X: 1\r\n'),
    ...SUCCESS,
    errorMessage: HEAD_TOO_LONG,
  },
  {
    what: 'sends one header without end',
    script: endless(`${OK_HEAD}X: `, 'x'),
    ...SUCCESS,
    errorMessage: HEAD_TOO_LONG,
  },
  {
    what: 'sends a reason without end',
    script: endless('HTTP/1.1 200 ', 'x'),
    status: 'failed',
    errorMessage: HEAD_TOO_LONG,
  },
  {
    what: 'sends empty lines without end',
    script: endless('', '\r\n'),
    status: 'failed',
    errorMessage: HEAD_TOO_LONG,
  },
  {
    what: 'sends 102 without end',
    script: endless('', 'HTTP/1.1 102 Processing\r\n\r\n'),
    status: 'failed',
    errorMessage: HEAD_TOO_LONG,
  },
  {
    what: 'sends 103 with a header without end',
    script: endless('HTTP/1.1 103 Early Hints\r\n', 'Link: </a>\r\n'),
    status: 'failed',
    errorMessage: HEAD_TOO_LONG,
  },
  {
    what: 'sends 10,000 headers',
    script: answer(`${manyHeaders(10_000)}\r\n`),
    ...SUCCESS,
    errorMessage: HEAD_TOO_LONG,
  },
  {
    what: 'sends a header of 1 MiB',
    script: answer(`${OK_HEAD}X: ${'x'.repeat(KIB * KIB)}\r\n\r\n`),
    ...SUCCESS,
    errorMessage: HEAD_TOO_LONG,
  },
  {
    what: 'sends more headers than are kept',
    script: answer(`${manyHeaders(1_000)}Content-Length: 0\r\n\r\n`),
    ...SUCCESS,
    errorMessage: /^answer cut off: only 500 of its 1001 headers are kept$/,
  },
  {
    what: 'sends a gzip bomb',
    script: answer(
      Buffer.concat([
        Buffer.from(
          `${OK_HEAD}Content-Encoding: gzip, gzip\r\nContent-Length: ${BOMB.length}\r\n\r\n`,
        ),
        BOMB,
      ]),
    ),
    ...SUCCESS,
  },
  {
    what: 'redirects to itself',
    script: answer('HTTP/1.1 302 Found\r\nLocation: /hook\r\nContent-Length: 0\r\n\r\n'),
    status: 'failed',
    statusCode: 302,
    errorMessage: /^redirect: not followed$/,
  },

  // Another protocol, or broken HTTP.
  {
    what: 'speaks SSH immediately',
    deaf: true,
    script: answer('SSH-2.0-OpenSSH_9.2\r\n'),
    ...MALFORMED,
  },
  {
    what: 'speaks SMTP immediately',
    deaf: true,
    script: answer('220 mail ESMTP\r\n'),
    ...MALFORMED,
  },
  { what: 'sends zeros', script: answer(Buffer.alloc(KIB)), ...MALFORMED },
  { what: 'sends noise', script: answer(randomBytes(100 * KIB)), ...MALFORMED },
  {
    what: 'answers in HTTP/2',
    script: answer(Buffer.from('00000604000000000000', 'hex')),
    ...MALFORMED,
  },
  {
    what: 'switches protocols',
    script: answer('HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    ...MALFORMED,
  },
  {
    what: 'names both a length and chunks',
    script: answer(
      `${OK_HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    ),
    ...SUCCESS,
    errorMessage: /^malformed answer: both Content-Length and Transfer-Encoding$/,
  },
  {
    what: 'names two lengths',
    script: answer(`${OK_HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`),
    ...SUCCESS,
    errorMessage: /^malformed answer: conflicting Content-Length: "2" and "3"$/,
  },
  {
    what: 'names a negative length',
    script: answer(`${OK_HEAD}Content-Length: -1\r\n\r\n`),
    ...SUCCESS,
    errorMessage: /^malformed answer: invalid Content-Length: "-1"$/,
  },
  {
    what: 'names a length that is no safe integer',
    script: answer(`${OK_HEAD}Content-Length: ${'9'.repeat(40)}\r\n\r\n`),
    ...SUCCESS,
    errorMessage: /^malformed answer: invalid Content-Length: "9{40}"$/,
  },
  {
    what: 'sends NUL in a header',
    script: answer(`${OK_HEAD}X: a\u0000b\r\nContent-Length: 2\r\n\r\nok`),
    ...SUCCESS,
    errorMessage: /^malformed answer: control character in X$/,
  },
  {
    what: 'has a header with blanks in its name',
    script: answer(`${OK_HEAD}X Powered By: foo\r\nContent-Length: 2\r\n\r\nok`),
    ...SUCCESS,
    errorMessage: /^malformed answer: invalid header: "X Powered By: foo"$/,
  },
  {
    what: 'has a blank before a colon',
    script: answer(`${OK_HEAD}Content-Length : 2\r\n\r\nok`),
    ...SUCCESS,
    errorMessage: /^malformed answer: invalid header: "Content-Length : 2"$/,
  },
  {
    what: 'prints a warning between its headers',
    script: answer(`${OK_HEAD}<b>Warning</b>: cannot modify\r\nContent-Length: 2\r\n\r\nok`),
    ...SUCCESS,
    errorMessage: /^malformed answer: invalid header: /,
  },
  {
    what: 'refuses with a header that is none',
    script: answer('HTTP/1.1 400 No\r\nX Powered By: foo\r\nContent-Length: 2\r\n\r\nok'),
    status: 'client error',
    statusCode: 400,
    errorMessage: /^malformed answer: invalid header: /,
  },
  {
    what: 'speaks no TLS where it should',
    tls: true,
    script: () => undefined,
    deaf: false,
    ...NO_ANSWER,
  },
  {
    what: 'speaks plain HTTP to TLS',
    tls: true,
    deaf: true,
    script: answer('HTTP/1.1 400 Bad Request\r\n\r\n'),
    status: 'failed',
    errorMessage: /^tls: /,
  },

  // Closed or reset connections.
  { what: 'closes immediately', deaf: true, script: (socket) => socket.destroy(), ...CLOSED },
  { what: 'closes instead of an answer', script: (socket) => socket.end(), ...CLOSED },
  { what: 'resets instead of an answer', script: (socket) => socket.resetAndDestroy(), ...CLOSED },
  {
    what: 'closes its side without reading',
    deaf: true,
    script: (socket) => socket.end(),
    ...CLOSED,
  },
  { what: 'resets in its head', script: thenReset(`${OK_HEAD}X: `), ...CLOSED },
  {
    what: 'resets after its head',
    script: thenReset(`${OK_HEAD}Content-Length: 5\r\n\r\n`),
    ...CLOSED_AFTER,
  },
  {
    what: 'resets in its body',
    script: thenReset(`${OK_HEAD}Content-Length: 5\r\n\r\nha`),
    ...CLOSED_AFTER,
  },
  {
    what: 'closes in its body',
    script: (socket) => socket.end(`${OK_HEAD}Content-Length: 5\r\n\r\nha`),
    ...CLOSED_AFTER,
  },
  {
    what: 'closes between chunks',
    script: (socket) => socket.end(`${CHUNKED}2\r\nha\r\n`),
    ...CLOSED_AFTER,
  },
  {
    what: 'closes in its body, with Connection: close',
    script: (socket) => socket.end(`${OK_HEAD}Connection: close\r\nContent-Length: 5\r\n\r\nha`),
    ...CLOSED_AFTER,
  },
  {
    what: 'closes in the TLS handshake',
    tls: true,
    deaf: true,
    script: (socket) => socket.destroy(),
    ...CLOSED,
  },

  // Odd, but a success.
  {
    what: 'says 100 Continue unasked',
    script: answer(`HTTP/1.1 100 Continue\r\n\r\n${OK}`),
    ...SUCCESS,
  },
  { what: 'sends more than its Content-Length', script: answer(`${OK}and more`), ...SUCCESS },
  { what: 'answers before it reads the request', deaf: true, script: answer(OK), ...SUCCESS },
];
