import { describe, expect, it } from 'vitest';
import { ProxyError } from './proxy-error.ts';
import { TunnelAnswer } from './tunnel-answer.ts';

/** The bytes behind the head, undefined if it has not ended, or the error. */
function read(...pieces: string[]): string | undefined {
  const answer = new TunnelAnswer();
  for (const piece of pieces) {
    try {
      const rest = answer.add(Buffer.from(piece, 'latin1'));
      if (rest !== undefined) return rest.toString('latin1');
    } catch (error) {
      expect(error).toBeInstanceOf(ProxyError);
      return `${(error as ProxyError).code}: ${(error as Error).message}`;
    }
  }
  return undefined;
}

const UNUSABLE = 'PROXY_UNUSABLE: ';
const REFUSED = 'PROXY_REFUSED: ';

describe('an answer to CONNECT', () => {
  it.each([
    ['200 with headers', 'HTTP/1.1 200 Connection established\r\nVia: 1.1 a\r\n\r\n', ''],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n', ''],
    ['no reason', 'HTTP/1.1 200\r\n\r\n', ''],
    [
      'another 2xx, with a length that means nothing',
      'HTTP/1.1 204 X\r\nContent-Length: 9\r\n\r\n',
      '',
    ],
    ['bare line feeds', 'HTTP/1.1 200 OK\nVia: a\n\nrest', 'rest'],
    ['what follows', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400 No\r\n\r\n', 'HTTP/1.1 400 No\r\n\r\n'],
    [
      'interim answers',
      'HTTP/1.1 100 Wait\r\n\r\nHTTP/1.1 103 X\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\nrest',
      'rest',
    ],
  ])('opens the tunnel: %s', (_what, text, rest) => {
    expect(read(text)).toBe(rest);
    expect(read(...text)).toBe('');
    expect(read(text.slice(0, 10), text.slice(10))).toBe(rest);
  });

  it.each([
    [
      'HTTP/1.1 403 Forbidden\r\n\r\n',
      `${REFUSED}it answered CONNECT with 403: it does not allow this endpoint`,
    ],
    [
      'HTTP/1.1 502 Bad Gateway\r\n\r\n',
      `${REFUSED}it answered CONNECT with 502: it cannot reach the endpoint`,
    ],
    ['HTTP/1.1 301 Moved\r\n\r\n', `${REFUSED}it answered CONNECT with 301`],
    ['HTTP/1.1 405 No\r\n\r\n<html>', `${REFUSED}it answered CONNECT with 405`],
    [
      'HTTP/1.1 407 secret-of-the-proxy\r\n\r\n',
      `${UNUSABLE}it answered CONNECT with 407: it wants credentials, or others than those of HOOKTRAIL_EGRESS_PROXY`,
    ],
    ['SSH-2.0-OpenSSH\r\n', `${UNUSABLE}its answer to CONNECT is not HTTP/1.1`],
    ['\u0015\u0003\u0001', `${UNUSABLE}its answer to CONNECT is not HTTP/1.1`],
    ['HTTP/2 200 OK\r\n\r\n', `${UNUSABLE}its answer to CONNECT is not HTTP/1.1`],
    ['HTTP/1.1 OK\r\n\r\n', `${UNUSABLE}its answer to CONNECT has no status line`],
    ['HTTP/1.1 2000 OK\r\n\r\n', `${UNUSABLE}its answer to CONNECT has no status line`],
  ])('that is %j is an error', (text, error) => {
    expect(read(text)).toBe(error);
    expect(read(...text)).toBe(error);
  });

  it('is read on until it ends', () => {
    expect(read('HTTP/1.1 200 OK\r\nVia: a\r\n')).toBeUndefined();
    expect(read('HT')).toBeUndefined();
  });

  it('has at most 16 KiB, in pieces of any size', () => {
    const head = `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(16_300)}`;
    const error = `${UNUSABLE}its answer to CONNECT does not end within 16384 bytes`;
    expect(read(`${head}\r\n\r\n`)).toBe('');
    expect(read(...head, '\r\n\r\n')).toBe('');
    expect(read(head, 'x'.repeat(100))).toBe(error);
    expect(read(...head, ...'x'.repeat(100))).toBe(error);
    expect(read(...'HTTP/1.1 100 Wait\r\n\r\n'.repeat(1_000))).toBe(error);
  });
});
