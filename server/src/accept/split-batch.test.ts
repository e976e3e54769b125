import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchItem, type BrokenBatch, splitArray, splitLines } from './split-batch.ts';

type Split = (body: Buffer) => BatchItem[] | BrokenBatch;

/** Returns the text and the number of each item, or the problem. */
function cut(split: Split, text: string): { text: string; number: number }[] | BrokenBatch {
  const body = Buffer.from(text);
  const items = split(body);
  if ('broken' in items) return items;
  return items.map(({ start, end, number }) => ({
    text: body.toString('utf8', start, end),
    number,
  }));
}

type Cut = ReturnType<typeof cut>;

function texts(result: Cut): string[] {
  if ('broken' in result) throw new Error(JSON.stringify(result));
  return result.map((item) => item.text);
}

function broken(result: Cut): string {
  return 'broken' in result ? result.broken : `${result.length} items`;
}

const array = (text: string) => cut(splitArray, text);
const lines = (text: string) => cut(splitLines, text);

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const value = fc
  .tuple(fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }), fc.nat(2))
  .map(([json, indent]) => JSON.stringify(json, null, indent));

describe('splitArray', () => {
  it('returns the exact text of every element', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), space, (elements, pad) => {
        const body = `${pad}[${elements.map((text) => pad + text + pad).join(',')}]${pad}`;
        // UTF-8 cannot carry a lone surrogate: only what survives the encoding can come back.
        const sent = elements.map((text) => Buffer.from(text).toString());
        expect(texts(array(body))).toEqual(sent);
      }),
      { numRuns: 1_000 },
    );
  });

  it('accepts the same arrays as JSON.parse', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', '"a"', '1', ' ');
    const noise = fc
      .array(pieces, { maxLength: 10 })
      .chain((list) => fc.constantFrom(list.join(''), `[${list.join('')}]`));
    fc.assert(
      fc.property(noise, (text) => {
        const parse = (json: string): unknown => {
          try {
            return JSON.parse(json);
          } catch {
            return undefined;
          }
        };
        const whole = parse(text);
        const split = array(text);
        const parts = 'broken' in split ? undefined : split.map((item) => parse(item.text));
        if (Array.isArray(whole) && whole.length > 0) expect(parts).toEqual(whole);
        else expect(parts === undefined || parts.includes(undefined)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  it('numbers the elements', () => {
    expect(array('[1, 2]')).toEqual([
      { text: '1', number: 1 },
      { text: '2', number: 2 },
    ]);
  });

  it.each([
    '',
    ' ',
    '{}',
    '{"type":"order.paid"}',
    'null',
    '[',
    '[1',
    '[1,',
    '[1}',
    '[1] 2',
    '[1]]',
    '[] x',
    '["',
    '["a\\',
    '["a\\"]',
    '\ufeff[1]',
    '\u00a0[1]',
    '['.repeat(500_000),
    '[{"a":'.repeat(100_000),
  ])('refuses %.20j', (text) => expect(broken(array(text))).toBe('malformed'));

  it('leaves non-JSON white space in the element, where parsing refuses it', () => {
    expect(texts(array('[\u00a01,\ufeff2]'))).toEqual(['\u00a01', '\ufeff2']);
  });

  it('leaves an empty element for the parser to refuse', () => {
    expect(texts(array('[1,,2]'))).toEqual(['1', '', '2']);
    expect(texts(array('[1,]'))).toEqual(['1', '']);
    expect(texts(array('[,]'))).toEqual(['', '']);
  });

  it('requires at least one event', () => {
    expect(broken(array('[]'))).toBe('empty');
    expect(broken(array(' [ \n] '))).toBe('empty');
  });

  it('accepts 1000 events and refuses 1001', () => {
    expect(texts(array(`[${Array(1_000).fill('{}').join()}]`))).toHaveLength(1_000);
    expect(broken(array(`[${Array(1_001).fill('{}').join()}]`))).toBe('too many');
  });
});

describe('splitLines', () => {
  it('returns the exact text of every line', () => {
    const line = fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json));
    const end = fc.constantFrom('\n', '\r\n', '\n\n', '\n \t\r\n');
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), end, (list, feed) => {
        const sent = list.map((text) => Buffer.from(text).toString());
        expect(texts(lines(list.join(feed)))).toEqual(sent);
        expect(texts(lines(feed + list.join(feed) + feed))).toEqual(sent);
      }),
    );
  });

  it('counts blank lines', () => {
    expect(lines('\n{"a":1}\r\n \n\noops')).toEqual([
      { text: '{"a":1}', number: 2 },
      { text: 'oops', number: 5 },
    ]);
  });

  it('requires at least one event', () => {
    for (const text of ['', '\n', ' \r\n\n\t']) expect(broken(lines(text))).toBe('empty');
  });

  it('accepts 1000 events and refuses 1001, regardless of blank lines', () => {
    expect(texts(lines('{}\n\n'.repeat(1_000)))).toHaveLength(1_000);
    expect(broken(lines('{}\n\n'.repeat(1_001)))).toBe('too many');
  });
});
