import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerHead, MalformedAnswer } from './answer-head.ts';
import { AnswerReader, AnswerTooLong } from './answer-reader.ts';

interface Came {
  readonly heads: AnswerHead[];
  readonly body: Buffer;
  /** How many bytes belonged to the answer. */
  readonly read: number;
  readonly ended: boolean;
  readonly endedByEnd: boolean;
  readonly certain: boolean;
  readonly fault: string | undefined;
  readonly work: number;
}

/** Reads an answer in pieces, all through one buffer, as a connection does. */
function readIn(pieces: readonly Buffer[], reader?: AnswerReader): Came {
  const heads: AnswerHead[] = [];
  const parts: Buffer[] = [];
  const own = new AnswerReader({
    onHead: (head) => heads.push(head),
    onBody: (bytes) => parts.push(Buffer.from(bytes)),
  });
  const used = reader ?? own;
  used.begin();
  const shared = Buffer.alloc(Math.max(1, ...pieces.map(({ length }) => length)));
  let read = 0;
  for (const piece of pieces) {
    if (used.ended) break;
    piece.copy(shared);
    read += used.read(shared.subarray(0, piece.length));
    shared.fill('!');
  }
  return {
    heads,
    body: Buffer.concat(parts),
    read,
    ended: used.ended,
    endedByEnd: used.endOfConnection(),
    certain: used.certain,
    fault: used.fault,
    work: used.headWork,
  };
}

const readAll = (text: string) => readIn([Buffer.from(text, 'latin1')]);

/** A piece that counts the bytes that are read one by one, searched or made into text. */
function counting(piece: Buffer, looks: { count: number }): Buffer {
  return new Proxy(piece, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) looks.count++;
      const value = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const result = value.apply(target, args);
        if (key === 'indexOf') {
          const from = Number(args[1] ?? 0);
          looks.count += (result < 0 ? target.length : result + 1) - from;
        }
        if (key === 'toString') looks.count += result.length;
        return key === 'subarray' ? counting(result, looks) : result;
      };
    },
  });
}

/** Cuts bytes at random positions. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (a, b) => a - b,
  );
  return [0, ...sorted].map((from, at) => bytes.subarray(from, sorted[at] ?? bytes.length));
}

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

describe('AnswerReader', () => {
  it('ends after the number of bytes that the head states', () => {
    expect(readAll(`${OK}Content-Length: 2\r\n\r\nok and more`)).toMatchObject({
      body: Buffer.from('ok'),
      read: 40,
      ended: true,
    });
  });

  it('ends with its head when there is no body', () => {
    for (const text of [`${OK}Content-Length: 0\r\n\r\n`, 'HTTP/1.1 204 No Content\r\n\r\n']) {
      expect(readAll(text)).toMatchObject({ body: Buffer.alloc(0), ended: true });
    }
  });

  it('ends with the connection only when nothing else marks the end', () => {
    expect(readAll(`${OK}\r\nall of it`)).toMatchObject({
      body: Buffer.from('all of it'),
      ended: false,
      endedByEnd: true,
    });
    for (const text of ['', OK, `${OK}Content-Length: 3\r\n\r\nok`, CHUNKED, `${CHUNKED}0\r\n`]) {
      expect(readAll(text)).toMatchObject({ ended: false, endedByEnd: false });
    }
  });

  it.each([
    ['2\r\nok\r\n0\r\n\r\n', 'ok'],
    ['2 \r\nok\r\n0\r\n\r\n', 'ok'],
    ['2;a="b;c"\r\nok\r\n000;d\r\n\r\n', 'ok'],
    ['00000000000000000002\r\nok\r\n0\r\n\r\n', 'ok'],
    ['a\r\n0123456789\r\n1\r\n\r\r\n0\r\nX: 1\r\nY: 2\r\n\r\n', '0123456789\r'],
    ['2\nok\n0\n\n', 'ok'],
    ['A\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n', '\r\n\r\n\r\n\r\n\r\n'],
  ])('puts the chunks %j together', (chunks, body) => {
    const came = readAll(`${CHUNKED}${chunks}`);
    expect(came).toMatchObject({ ended: true, read: CHUNKED.length + chunks.length });
    expect(came.body.toString('latin1')).toBe(body);
  });

  it.each([
    ['2 3\r\nok\r\n0\r\n\r\n', 'chunk size is not a number'],
    ['2\rZZ\nok\r\n0\r\n\r\n', 'control character in a chunk extension'],
    ['2;a\u0000\r\nok\r\n0\r\n\r\n', 'control character in a chunk extension'],
    ['2;a=\u00ff\r\nok\r\n0\r\n\r\n', 'invalid chunk extension'],
    ['2\r\nok\r\n0\r\nContent-Length: 2\r\n\r\n', 'content-length as a trailer'],
    ['2\r\nok\r\n0\r\nTRANSFER-encoding: x\r\n\r\n', 'transfer-encoding as a trailer'],
    ['2\r\nok\r\r\r\n0\r\n\r\n', 'more than one CR after a chunk'],
    ['2\r\nok\n0\r\n\r\n', 'no CR after a chunk'],
    ['2\r\nok\r\n0\r\njunk\r\n\r\n', 'invalid trailer'],
    ['2\r\nok\r\n0\r\nX Y: 1\r\n\r\n', 'invalid trailer'],
    ['2\r\nok\r\n0\r\n: 1\r\n\r\n', 'invalid trailer'],
    ['2\r\nok\r\n0\r\n\r\r\n', 'control character in a trailer'],
    ['2\r\nok\r\n0\r\nX: a\u0001\r\n\r\n', 'control character in a trailer'],
    // What RFC 9112 lets a recipient accept, and strict readers do not.
    ['2\nok\r\n0\r\n\r\n', undefined],
    ['2\r\nok\r\n0\r\n\n', undefined],
    ['2 \r\nok\r\n0\r\n\r\n', undefined],
    ['2;a="b\r\nok\r\n0\r\n\r\n', undefined],
    ['2; a=b\r\nok\r\n0\r\n\r\n', undefined],
    ['2;\r\nok\r\n0\r\n\r\n', undefined],
    ['2;a=\r\nok\r\n0\r\n\r\n', undefined],
    ['2;a;;b\r\nok\r\n0\r\n\r\n', undefined],
    ['2;a="\\""\r\nok\r\n0\r\n\r\n', 'invalid chunk extension'],
  ])('reads the chunks %j, in one piece or many, and is not certain', (chunks, fault) => {
    const bytes = Buffer.from(`${CHUNKED}${chunks}`, 'latin1');
    for (const pieces of [[bytes], [...bytes].map((byte) => Buffer.of(byte))]) {
      const came = readIn(pieces);
      expect(came).toMatchObject({ ended: true, read: bytes.length, certain: false, fault });
      expect(came.body.toString()).toBe('ok');
    }
  });

  it('is certain about an answer without a fault, after one that had one', () => {
    const reader = new AnswerReader({ onHead: () => undefined, onBody: () => undefined });
    for (const [chunks, certain] of [
      ['2 3\r\nok\r\n0\r\n\r\n', false],
      ['2;a="b;c d";e=f;g\r\nok\r\n0\r\nX: 1\r\n\r\n', true],
    ] as const) {
      expect(readIn([Buffer.from(`${CHUNKED}${chunks}`)], reader)).toMatchObject({ certain });
    }
  });

  it.each([
    'HTTP/1.1 103 Early\r\nContent-Length: 5\r\n\r\n',
    'HTTP/1.1 103 Early\r\nno header\r\n\r\n',
    'HTTP/1.1 103 Early\r\nLink: a\n\r\n',
    'HTTP/1.1 103 Early\r\nLink: a\r\n b\r\n\r\n',
  ])('is not certain after the interim answer %j', (interim) => {
    const came = readAll(`${interim}${OK}Content-Length: 2\r\n\r\nok`);
    expect(came).toMatchObject({ ended: true, certain: false });
  });

  it('ends with what came together where nobody knows the end', () => {
    for (const body of ['', 'all that came']) {
      const came = readAll(`${OK}Content-Length: ten\r\n\r\n${body}`);
      expect(came).toMatchObject({ ended: true, heads: [{ statusCode: 200, keepMs: 0 }] });
      expect(came.body.toString()).toBe(body);
    }
  });

  it.each([
    '\r\n',
    'x\r\n',
    '-2\r\nok\r\n',
    '0x2\r\nok\r\n',
    '2\u00a0\r\nok\r\n',
    '1\r\nok\r\n',
    '10000000000000\r\n',
    'ffffffffffffffff\r\n',
  ])('refuses the chunks %j', (chunks) => {
    expect(() => readAll(`${CHUNKED}${chunks}`)).toThrow(MalformedAnswer);
  });

  it('skips interim answers and empty lines', () => {
    const { heads, body } = readAll(
      `\r\n\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\nLink: </a>\n\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
    );
    expect(heads.map(({ statusCode }) => statusCode)).toEqual([200]);
    expect(body.toString()).toBe('ok');
  });

  it.each(['SSH-2.0-OpenSSH_9.2\r\n', 'H', '\0', 'HTTP/1.1 2x', 'HTTP/3', '220 mail\r\n'])(
    'knows immediately whether %j can begin an answer',
    (text) => {
      if ('HTTP/1.1 200'.startsWith(text)) expect(readAll(text).ended).toBe(false);
      else expect(() => readAll(text)).toThrow(/^not HTTP\/1\.1: /);
    },
  );

  it('refuses to switch protocols', () => {
    expect(() => readAll('HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n')).toThrow(/^101 /);
  });

  it('reads no more than 20 KiB of headers, and lets the status decide', () => {
    const bytes = Buffer.from(OK + 'X: 1\r\n'.repeat(4_000), 'latin1');
    const pieces = Array.from({ length: 500 }, (_, n) => n * 50);
    for (const read of [readIn([bytes]), readIn(cut(bytes, pieces))]) {
      expect(read).toMatchObject({
        ended: true,
        heads: [{ statusCode: 200, keepMs: 0, fault: 'head longer than 20480 bytes' }],
      });
      // Each of them whole.
      expect(new Set(read.heads[0]?.headers)).toEqual(new Set(['X', '1']));
    }
  });

  it.each([
    ['a status line', 'HTTP/1.1 200 ', 'x', /^head longer than 20480 bytes$/],
    ['interim answers', '', 'HTTP/1.1 102 Wait\r\n\r\n', /^head longer than 20480 bytes$/],
    ['empty lines', '', '\r\n', /^head longer than 20480 bytes$/],
    ['trailers', `${CHUNKED}0\r\n`, 'X: 1\r\n', /^trailers longer than 20480 bytes$/],
  ])(
    'reads no more than 20 KiB of %s, in one piece or in small ones',
    (_what, first, again, message) => {
      const bytes = Buffer.from(first + again.repeat(21_000 / again.length), 'latin1');
      expect(() => readIn([bytes])).toThrow(message);
      const pieces = cut(
        bytes,
        Array.from({ length: 500 }, (_, n) => n * 50),
      );
      expect(() => readIn(pieces)).toThrow(message);
    },
  );

  it('accepts a head of 20 KiB', () => {
    const value = 'x'.repeat(20 * 1024 - OK.length - 'X: \r\n\r\n'.length);
    const { heads } = readAll(`${OK}X: ${value}\r\n\r\n`);
    expect(heads[0]?.headers).toEqual(['X', value]);
    expect(readAll(`${OK}X: ${value}y\r\n\r\n`).heads[0]?.fault).toMatch(/^head longer/);
  });

  it('refuses endless framing', () => {
    const reader = new AnswerReader({ onHead: () => undefined, onBody: () => undefined });
    const extension = Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024, 'x'));
    expect(() => readIn([Buffer.from(`${CHUNKED}1;`), ...extension], reader)).toThrow(
      AnswerTooLong,
    );
  });

  it('refuses an answer in endless pieces', () => {
    const reader = new AnswerReader({ onHead: () => undefined, onBody: () => undefined });
    const extension = Array.from({ length: 70_000 }, () => Buffer.from('x'));
    expect(() => readIn([Buffer.from(`${CHUNKED}1;`), ...extension], reader)).toThrow(
      /^answer cut off: it arrives in more than 65536 pieces/,
    );
  });

  it.each([
    ['continuation lines', `${OK}X:${'\n '.repeat(10_150)}`, ''],
    ['continuation lines that end', `${OK}X:${'\n '.repeat(10_150)}\r\n\r\n`, ''],
    ['empty lines', '\r\n'.repeat(10_000), OK],
    ['short headers', `${OK}${'a:\r\n'.repeat(4_500)}`, '\r\n'],
    ['one long value', `${OK}X: ${'y'.repeat(20_000)}`, '\r\n\r\n'],
    ['interim answers', 'HTTP/1.1 102 X\r\n\r\n'.repeat(1_000), `${OK}\r\n`],
  ])('works in proportion to the bytes of %s, however small the pieces', (_what, text, end) => {
    const bytes = Buffer.from(text + end, 'latin1');
    for (const size of [1, 2, 7, 100, 4_096]) {
      const count = Math.ceil(bytes.length / size);
      const pieces = Array.from({ length: count }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      // Each byte is searched once and copied twice at most, and two are seen again with each
      // piece.
      expect(readIn(pieces).work).toBeLessThanOrEqual(4 * bytes.length + 4 * pieces.length);
    }
  });

  it.each([
    ['chunks of one byte', `${CHUNKED}${'1\r\nx\r\n'.repeat(8_000)}0\r\n\r\n`],
    ['one long chunk size', `${CHUNKED}${'0'.repeat(60_000)}1\r\nx\r\n0\r\n\r\n`],
    ['one long chunk extension', `${CHUNKED}1;${'a=b;'.repeat(15_000)}c\r\nx\r\n0\r\n\r\n`],
    ['one long quoted extension', `${CHUNKED}1;a="${'\\"'.repeat(20_000)}"\r\nx\r\n0\r\n\r\n`],
    ['trailers', `${CHUNKED}0\r\n${'a: b\r\n'.repeat(3_000)}\r\n`],
    ['one long trailer', `${CHUNKED}0\r\n${'a'.repeat(9_000)}: ${'b'.repeat(9_000)}\r\n\r\n`],
    ['a body of known length', `${OK}Content-Length: 60000\r\n\r\n${'x'.repeat(60_000)}`],
    ['interim answers', `${'HTTP/1.1 102 X\r\n\r\n'.repeat(1_000)}${OK}\r\n`],
    ['interim answers with bare LF', `${'HTTP/1.1 102 X\n\n'.repeat(1_200)}${OK}\r\n`],
    [
      'interim answers and a body',
      `${'HTTP/1.1 102 X\n\n'.repeat(1_200)}${CHUNKED}8000\r\n${'x'.repeat(0x8000)}\r\n0\r\n\r\n`,
    ],
    ['empty lines and interim answers', `${'\n\nHTTP/1.1 102 X\n\n'.repeat(1_000)}${OK}\r\n`],
  ])('looks at each byte of %s a few times, however small the pieces', (_what, text) => {
    const bytes = Buffer.from(text, 'latin1');
    for (const size of [1, 2, 7, 100, bytes.length]) {
      let shown = 0;
      const looks = { count: 0 };
      const reader = new AnswerReader({
        onHead: () => undefined,
        onBody: ({ length }) => {
          shown += length;
        },
      });
      reader.begin();
      let pieces = 0;
      for (let at = 0; at < bytes.length; at += size) {
        reader.read(counting(bytes.subarray(at, at + size), looks));
        pieces++;
      }
      expect(reader.endOfConnection()).toBe(true);
      expect(shown).toBeLessThanOrEqual(bytes.length);
      expect(looks.count + reader.headWork).toBeLessThanOrEqual(6 * bytes.length + 8 * pieces);
    }
  });

  it('starts over with each answer', () => {
    const bodies: string[] = [];
    const reader = new AnswerReader({
      onHead: () => undefined,
      onBody: (bytes) => bodies.push(bytes.toString()),
    });
    for (const text of [
      `${CHUNKED}1\r\na\r\n0\r\nX: 1\r\n\r\n`,
      `${OK}Content-Length: 1\r\n\r\nb`,
    ]) {
      expect(readIn([Buffer.from(text)], reader).ended).toBe(true);
    }
    expect(bodies).toEqual(['a', 'b']);
  });
});

const anyBody = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const hex = (length: number, zeros: number) => '0'.repeat(zeros) + length.toString(16);

/** Answers with their bodies, in every valid framing. */
const anyAnswer = fc
  .record({
    interim: fc.constantFrom(
      '',
      '\r\n',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 103 X\nA: b\n\n',
    ),
    body: anyBody,
    framing: fc.constantFrom('length', 'chunks', 'end'),
    places: fc.array(fc.nat(300), { maxLength: 5 }),
    zeros: fc.nat(3),
    trailers: fc.constantFrom('', 'X: 1\r\n', 'X: 1\r\nY: \r\n'),
  })
  .map(({ interim, body, framing, places, zeros, trailers }) => {
    const start = Buffer.from(`${interim}${OK}X: y\r\n`);
    if (framing === 'length') {
      const bytes = Buffer.concat([
        start,
        Buffer.from(`Content-Length: ${body.length}\r\n\r\n`),
        body,
      ]);
      return { body, framing, bytes };
    }
    if (framing === 'end') {
      return { body, framing, bytes: Buffer.concat([start, Buffer.from('\r\n'), body]) };
    }
    const chunks = cut(body, places)
      .filter(({ length }) => length > 0)
      .flatMap((chunk) => [
        Buffer.from(`${hex(chunk.length, zeros)}\r\n`),
        chunk,
        Buffer.from('\r\n'),
      ]);
    const head = Buffer.from('Transfer-Encoding: chunked\r\n\r\n');
    const end = Buffer.from(`${hex(0, zeros + 1)}\r\n${trailers}\r\n`);
    return { body, framing, bytes: Buffer.concat([start, head, ...chunks, end]) };
  });

it('reads the same answer from pieces of any size', () => {
  fc.assert(
    fc.property(
      anyAnswer,
      fc.array(fc.nat(), { maxLength: 40 }),
      ({ body, framing, bytes }, places) => {
        const came = readIn(cut(bytes, places));
        expect(came.heads).toHaveLength(1);
        expect(came.body.equals(body)).toBe(true);
        expect(came.read).toBe(bytes.length);
        expect(came).toMatchObject({ ended: framing !== 'end', endedByEnd: true });
      },
    ),
    { numRuns: 500 },
  );
});

it('throws only documented errors, whatever arrives', () => {
  fc.assert(
    fc.property(
      anyAnswer,
      anyBody,
      fc.nat(),
      fc.array(fc.nat(), { maxLength: 10 }),
      (answer, noise, at, places) => {
        const place = at % answer.bytes.length;
        const bytes = Buffer.concat([
          answer.bytes.subarray(0, place),
          noise,
          answer.bytes.subarray(place),
        ]);
        try {
          readIn(cut(bytes, places));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedAnswer);
        }
      },
    ),
    { numRuns: 500 },
  );
});
