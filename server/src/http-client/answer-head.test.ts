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

  it.each([
    ['größe ✓', Buffer.from('größe ✓')],
    ['gr\u00f6\u00dfe', Buffer.from('größe', 'latin1')],
    ['\u00e9\u0080\u00ff', Buffer.from([0xe9, 0x80, 0xff])],
    ['\u{1f600}', Buffer.from('\u{1f600}')],
    // A surrogate, a byte too few, and a longer form than needed are not UTF-8.
    ['\u00ed\u00a0\u0080', Buffer.from([0xed, 0xa0, 0x80])],
    ['\u00e2\u009c', Buffer.from([0xe2, 0x9c])],
    ['\u00c0\u00af', Buffer.from([0xc0, 0xaf])],
  ])('reads a value as UTF-8 where it is valid, and as latin1 otherwise: %s', (text, bytes) => {
    const note = bytes.toString('latin1');
    expect(head('HTTP/1.1 200 Tr\u00e8s bien', `X: ${note}`)).toMatchObject({
      headers: ['X', text],
      keepMs: 4_000,
      fault: undefined,
    });
  });

  it('trims only spaces and tabs from a value', () => {
    // The last byte of "\u00e0" in UTF-8 is 0xa0, which latin1 calls a blank.
    const bytes = Buffer.from('voil\u00e0').toString('latin1');
    expect(
      readAnswerHead(`HTTP/1.1 200 OK\r\nX: \t${bytes}\t \r\nY: a \r\n \t${bytes}\r\n\r\n`).headers,
    ).toEqual(['X', 'voil\u00e0', 'Y', 'a  voil\u00e0']);
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
    ).toMatchObject({ headers: ['X', 'a b c', 'Content-Length', '3'], body: 3, fault: undefined });
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
    ['no colon', []],
    ['WARNING: mod_x: cannot open file', ['WARNING', 'mod_x: cannot open file']],
    [': no name', []],
    ['X Powered By: foo', []],
    ['Name : v', ['Name', 'v']],
    ['Content-Length\t: 5', ['Content-Length', '5']],
    ['X\u00e9: 1', []],
    [' X: 1', []],
    [' X: 1\r\n y', []],
    ['X: a\u0000b', ['X', 'a\ufffdb']],
    ['X: a\rb', ['X', 'a\ufffdb']],
    ['X: a\r', ['X', 'a\ufffd']],
    ['X: a\u000b', ['X', 'a\ufffd']],
    ['X: \u007f', ['X', '\ufffd']],
    ['\r', []],
  ])('lets the status decide in spite of the line %j', (line, headers) => {
    const found = head('HTTP/1.1 200 OK', line, 'Y: 2');
    expect(found).toMatchObject({ statusCode: 200, headers: [...headers, 'Y', '2'] });
    if (line.startsWith('WARNING')) expect(found.fault).toBeUndefined();
    else {
      expect(found.fault).toMatch(/^(invalid header: |control character in )/);
      expect(found.keepMs).toBe(0);
    }
  });

  it.each([
    'HTTP/1.1 200 O\rK',
    'HTTP/1.1 200\r',
    'HTTP/1.1 200 \u0000',
    'HTTP/1.1 204 No\u007fContent',
  ])('notes a control character in %j', (line) => {
    expect(head(line)).toMatchObject({
      fault: 'control character in the status line',
      keepMs: 0,
    });
  });

  it.each(['HTTP/1.1 200 OK\nX: 1\r\n\r\n', 'HTTP/1.1 200 OK\r\nX: 1\n\r\n'])(
    'does not keep the connection after a bare LF: %j',
    (text) => {
      expect(readAnswerHead(text)).toMatchObject({ fault: undefined, keepMs: 0 });
    },
  );

  it('quotes only an excerpt of what it refuses', () => {
    expect(() => head(`HTTP/1.1 ${'x'.repeat(10_000)}`)).toThrow(/^.{1,80}$/);
  });
});

describe('the length of a body', () => {
  it.each([
    [['Content-Length: 0'], 0],
    [['content-length: 00012'], 12],
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
    [['Content-Length: 5', 'Content-Length: 6'], 'unclear'],
    [['Content-Length: 5, 6'], 'unclear'],
    [['Content-Length: -1'], 'unclear'],
    [['Content-Length: +1'], 'unclear'],
    [['Content-Length: 0x10'], 'unclear'],
    [['Content-Length: ten'], 'unclear'],
    [['Content-Length:'], 'unclear'],
    [['Content-Length: 5\u000c'], 'unclear'],
    [[`Content-Length: ${'9'.repeat(16)}`], 'unclear'],
    [['Content-Length: 5', 'Content-Length: 5'], 5],
    [['Content-Length: 5, 5'], 5],
    [['Content-Length: 5', 'Transfer-Encoding: chunked'], 'chunked'],
    [['Transfer-Encoding: chunked', 'Content-Length: ten'], 'chunked'],
  ])('is doubtful by %j, and the connection is not kept', (headers, body) => {
    const found = head('HTTP/1.1 200 OK', ...headers);
    expect(found).toMatchObject({ statusCode: 200, body, keepMs: 0 });
    expect(found.fault).toMatch(/Content-Length/);
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
    ['HTTP/1.1', ['Transfer-Encoding: gzip, chunked'], 4_000],
    ['HTTP/1.1', ['Transfer-Encoding: chunked, chunked'], 0],
    ['HTTP/1.1', ['Transfer-Encoding: chunked, gzip'], 0],
    ['HTTP/1.1', ['Transfer-Encoding: chunked,'], 0],
    ['HTTP/1.1', ['Content-Length: 5\t'], 0],
    ['HTTP/1.1', ['Keep-Alive: timeout=30, max=100'], 29_000],
    ['HTTP/1.1', ['Keep-Alive: max=100, Timeout=5'], 4_000],
    ['HTTP/1.1', ['Keep-Alive: timeout=1'], 0],
    ['HTTP/1.1', ['Keep-Alive: timeout=1', 'Keep-Alive: timeout=9'], 0],
    ['HTTP/1.1', ['Keep-Alive: timeout=9, timeout=5'], 4_000],
    ['HTTP/1.1', ['Keep-Alive: timeout=0'], 0],
    ['HTTP/1.1', ['Keep-Alive: timeout=999999999999'], 600_000],
    ['HTTP/1.1', ['Keep-Alive: soon'], 4_000],
  ])('%s %j', (version, headers, keepMs) => {
    expect(head(`${version} 200 OK`, ...headers).keepMs).toBe(keepMs);
  });

  it('is that of each answer, whatever the one before said', () => {
    const keeps = (...headers: string[]) => head('HTTP/1.1 200 OK', ...headers).keepMs;
    for (const _ of [1, 2]) {
      expect(keeps('Keep-Alive: timeout=9')).toBe(8_000);
      expect(keeps('Keep-Alive: timeout=9', 'Connection: close')).toBe(0);
      expect(keeps('Keep-Alive: timeout=7')).toBe(6_000);
      expect(head('HTTP/1.0 200 OK', 'Keep-Alive: timeout=7').keepMs).toBe(0);
    }
  });

  it.each([
    [['HTTP/1.1 204 X', 'Content-Length: 5'], 0, '204 that names a body'],
    [['HTTP/1.1 204 X', 'Transfer-Encoding: chunked'], 0, '204 that names a body'],
    [['HTTP/1.1 304 X', 'Content-Length: 5'], 0, undefined],
    [['HTTP/1.1 304 X', 'Transfer-Encoding: chunked'], 0, undefined],
    [['HTTP/1.1 204 X', 'Content-Length: 0'], 4_000, undefined],
    [['HTTP/1.1 204 X'], 4_000, undefined],
    [['HTTP/1.1 304 X'], 4_000, undefined],
  ])('%j', (lines, keepMs, fault) => {
    expect(head(...lines)).toMatchObject({ body: 0, keepMs, fault });
  });
});
