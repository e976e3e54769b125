import { describe, expect, it } from 'vitest';
import { MalformedAnswer, readAnswerHead } from './answer-head.ts';

const head = (...lines: string[]) => readAnswerHead(`${lines.join('\r\n')}\r\n\r\n`);

describe('readAnswerHead', () => {
  it('keeps names and values as received, in their order', () => {
    expect(
      head('HTTP/1.1 201 Created', 'X-One: 1', 'set-cookie:a', 'Set-Cookie:\t b \t', 'Empty:'),
    ).toMatchObject({
      statusCode: 201,
      headers: ['X-One', '1', 'set-cookie', 'a', 'Set-Cookie', 'b', 'Empty', ''],
    });
  });

  it('keeps bytes beyond ASCII as characters of latin1', () => {
    expect(head('HTTP/1.1 200 Tr\u00e8s bien', 'X: \u00e9\u0080\u00ff').headers).toEqual([
      'X',
      '\u00e9\u0080\u00ff',
    ]);
  });

  it('trims only spaces and tabs from a value', () => {
    // The last byte of "\u00e0" in UTF-8 is 0xa0, which latin1 calls a blank.
    const bytes = Buffer.from('voil\u00e0').toString('latin1');
    expect(
      readAnswerHead(`HTTP/1.1 200 OK\r\nX: \t${bytes}\t \r\nY: a \r\n \t${bytes}\r\n\r\n`).headers,
    ).toEqual(['X', bytes, 'Y', `a  ${bytes}`]);
  });

  it.each([
    ['HTTP/1.1 200', 200],
    ['HTTP/1.1 200 ', 200],
    ['HTTP/1.0 503 Service: not here', 503],
    ['HTTP/1.1 999 ?', 999],
  ])('takes the status line %j', (line, statusCode) => {
    expect(head(line).statusCode).toBe(statusCode);
  });

  it('accepts lines that end without CR, and folded lines', () => {
    expect(
      readAnswerHead('HTTP/1.1 200 OK\nX: a\n b\r\n\t c\r\nContent-Length: 3\n\n'),
    ).toMatchObject({ headers: ['X', 'a b c', 'Content-Length', '3'], body: 3 });
  });

  it.each([
    'HTTP/1.1 20 OK',
    'HTTP/1.1 2000 OK',
    'HTTP/1.1 099 OK',
    'HTTP/1.1  200 OK',
    'HTTP/2 200',
    'http/1.1 200 OK',
    'HTTP/1.1 200OK',
  ])('refuses the status line %j', (line) => {
    expect(() => head(line)).toThrow(MalformedAnswer);
    expect(() => head(line)).toThrow(/^invalid status line: /);
  });

  it.each([
    'no colon',
    ': no name',
    'blank in: the name',
    'blank after : the name',
    'X\u00e9: 1',
    'X: a\u0000b',
    'X: a\rb',
    'X: a\r',
    'X: a\u000b',
    'Content-Length:\u000c5',
    'X: \u007f',
  ])('refuses the header %j', (line) => {
    expect(() => head('HTTP/1.1 200 OK', line)).toThrow(MalformedAnswer);
  });

  it('refuses a folded line at the start', () => {
    expect(() => head('HTTP/1.1 200 OK', ' X: 1')).toThrow(MalformedAnswer);
  });

  it('quotes only an excerpt of what it refuses', () => {
    expect(() => head(`HTTP/1.1 ${'x'.repeat(10_000)}`)).toThrow(/^.{1,80}$/);
  });
});

describe('the length of a body', () => {
  it.each([
    [['Content-Length: 0'], 0],
    [['content-length: 00012'], 12],
    [['Content-Length: 5', 'CONTENT-LENGTH: 5'], 5],
    [['Transfer-Encoding: chunked'], 'chunked'],
    [['transfer-encoding: gzip,\tChunked'], 'chunked'],
    [['Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'], 'chunked'],
    [['Transfer-Encoding: ,chunked, ,', 'Transfer-Encoding:'], 'chunked'],
    [['Transfer-Encoding: chunked, gzip'], 'until the connection ends'],
    [['Transfer-Encoding: notchunked'], 'until the connection ends'],
    [[], 'until the connection ends'],
  ])('is by %j', (headers, body) => {
    expect(head('HTTP/1.1 200 OK', ...headers).body).toBe(body);
  });

  it.each([103, 204, 304])('is nothing after %i, whatever it says', (code) => {
    expect(head(`HTTP/1.1 ${code} X`, 'Content-Length: 10').body).toBe(0);
    expect(head(`HTTP/1.1 ${code} X`, 'Transfer-Encoding: chunked').body).toBe(0);
    const both = ['Content-Length: 10', 'Transfer-Encoding: chunked'];
    expect(head(`HTTP/1.1 ${code} X`, ...both).body).toBe(0);
    expect(head(`HTTP/1.1 ${code} X`).body).toBe(0);
  });

  it.each([
    [['Content-Length: 5', 'Content-Length: 6']],
    [['Content-Length: 5, 5']],
    [['Content-Length: -1']],
    [['Content-Length: +1']],
    [['Content-Length: 0x10']],
    [['Content-Length:']],
    [[`Content-Length: ${'9'.repeat(16)}`]],
    [['Content-Length: 5', 'Transfer-Encoding: chunked']],
  ])('cannot be by %j', (headers) => {
    expect(() => head('HTTP/1.1 200 OK', ...headers)).toThrow(MalformedAnswer);
  });
});

describe('how long the connection is kept', () => {
  it.each([
    ['HTTP/1.1', [], 4_000],
    ['HTTP/1.1', ['Connection: keep-alive'], 4_000],
    ['HTTP/1.1', ['Connection: close'], 0],
    ['HTTP/1.1', ['Connection: Foo,\tClose'], 0],
    ['HTTP/1.1', ['Connection: foo', 'connection: close'], 0],
    ['HTTP/1.1', ['Connection: not-close'], 4_000],
    ['HTTP/1.0', [], 0],
    ['HTTP/1.0', ['Connection: Keep-Alive'], 4_000],
    ['HTTP/1.0', ['Connection: Keep-Alive', 'Transfer-Encoding: chunked'], 0],
    ['HTTP/1.1', ['Keep-Alive: timeout=30, max=100'], 29_000],
    ['HTTP/1.1', ['Keep-Alive: max=100, Timeout=5'], 4_000],
    ['HTTP/1.1', ['Keep-Alive: timeout=1'], 0],
    ['HTTP/1.1', ['Keep-Alive: timeout=0'], 0],
    ['HTTP/1.1', ['Keep-Alive: timeout=999999999999'], 600_000],
    ['HTTP/1.1', ['Keep-Alive: soon'], 4_000],
  ])('%s %j', (version, headers, keepMs) => {
    expect(head(`${version} 200 OK`, ...headers).keepMs).toBe(keepMs);
  });
});
