import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createHeaderBox } from '../secrets/header-box.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { ANY_ACCOUNT, addWords } from './add-words.ts';
import { attemptTexts } from './attempt-texts.ts';
import { BLOCKS, BUCKET_BYTES, blocksWith, hashOf, makeBlockFilter } from './block-filter.ts';
import { findPhrase } from './find-phrase.ts';
import { type Phrase, phraseOf } from './phrase.ts';
import { readingsOf } from './readings-of.ts';
import { wordKeys } from './word-keys.ts';

const phrase = (text: string): Phrase => phraseOf(text) as Phrase;
const found = (text: string, looked: string) => {
  const place = findPhrase(text, phrase(looked));
  return place && text.slice(place.start, place.end);
};

describe('a phrase', () => {
  it.each([
    ['the Order 40123.', 'ORDER 40123', 'Order 40123'],
    ['order_40123', '40123', '40123'],
    ['order 40123', '4012', undefined],
    ['reorder', 'order', undefined],
    ['orders order', 'order', 'order'],
    ['zoe@example.com', 'zoe@example.com', 'zoe@example.com'],
    ['zoe at example.com', 'zoe@example.com', undefined],
    ['line one\n\t line two', 'one line', 'one\n\t line'],
    ['ÉTAT', 'état', 'ÉTAT'],
    ['etat', 'état', undefined],
    ['ПРИВЕТ, мир', 'привет', 'ПРИВЕТ'],
    ['私は東京に住む', '東京', '東京'],
    ['x東京y', '東京', '東京'],
    ['\u212a', 'k', undefined], // the Kelvin sign folds to k in Unicode
    ['İstanbul', 'istanbul', undefined],
    ['𝒜lpha', 'lpha', undefined],
    ['"a":1', '"a":1', '"a":1'],
    ['12.50', '12', '12'],
    ['', 'a', undefined],
  ])('in %j: %j is %j', (text, looked, expected) => {
    expect(found(text, looked)).toBe(expected);
  });

  it('needs a letter or a digit', () => {
    for (const text of ['', ' ', '--', '"', '\n']) expect(phraseOf(text)).toBeUndefined();
  });

  it('has the pieces that the database looks for', () => {
    expect(phrase('  Zoë-X: 40123 ').pieces).toEqual(['zo', 'x', '40123']);
    expect(phrase('東京').pieces).toEqual([]);
  });
});

test('a text is read as it stands and with its escapes of JSON decoded', () => {
  expect(readingsOf('plain')).toEqual(['plain']);
  expect(readingsOf('caf\\u00e9 \\n\\"x\\" C:\\new')).toEqual([
    'caf\\u00e9 \\n\\"x\\" C:\\new',
    'café \n"x" C:\new',
  ]);
});

const texts = fc.string({
  unit: fc.constantFrom('a', 'B', 'é', 'É', '1', '東', ' ', '-', '_', '\n', '\u212a', '😀', 'ß'),
  maxLength: 30,
});

/** Every way to cut a phrase out of a text in which the phrase is found. */
test('no phrase is found in a text that lacks one of its words', () => {
  fc.assert(
    fc.property(texts, fc.nat(30), fc.nat(12), (text, start, length) => {
      const looked = phraseOf(text.slice(start, start + length));
      if (looked === undefined || findPhrase(text, looked) === undefined) return;
      const words = new Set<number>();
      addWords(words, text, 7);
      for (const key of wordKeys(looked, 7)) expect(words.has(key)).toBe(true);
      for (const key of wordKeys(looked, 8)) expect(words.has(key)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

describe('a filter of blocks', () => {
  const blocks = Array.from({ length: BLOCKS }, (_block, block) => {
    const words = new Set<number>();
    const count = block === 3 ? 0 : 10_000;
    for (let n = 0; n < count; n++) addWords(words, `w${block}x${n} common`, ANY_ACCOUNT);
    return words;
  });
  const { buckets, bytes } = makeBlockFilter(blocks);
  const look = (text: string): number => {
    const [key] = wordKeys(phrase(text), ANY_ACCOUNT) as [number];
    const bucket = Math.floor((hashOf(key) * buckets) / 2 ** 32);
    return blocksWith(bytes.subarray(bucket * BUCKET_BYTES, (bucket + 1) * BUCKET_BYTES), key);
  };

  it('knows every word of every block', () => {
    expect(look('common')).toBe(0xffff & ~(1 << 3));
    for (let block = 0; block < BLOCKS; block++) {
      if (block === 3) continue;
      for (let n = 0; n < 10_000; n += 97) {
        expect(look(`w${block}x${n}`) & (1 << block)).not.toBe(0);
      }
    }
  });

  it('takes two bytes a word, and is wrong for one block in 500 at most', () => {
    expect(bytes.length / 160_000).toBeLessThan(2.1);
    let wrong = 0;
    for (let n = 0; n < 20_000; n++) {
      for (let mask = look(`none${n}`); mask !== 0; mask &= mask - 1) wrong++;
    }
    expect(wrong / (20_000 * BLOCKS)).toBeLessThan(0.002);
  });

  it('of nothing has nothing, and has a bound', () => {
    expect(makeBlockFilter(Array.from({ length: BLOCKS }, () => new Set<number>()))).toEqual({
      buckets: 1,
      bytes: new Uint8Array(BUCKET_BYTES),
    });
    const all = new Set(Array.from({ length: 3_000_000 }, (_, n) => n * 7_919));
    expect(makeBlockFilter([all]).bytes.length).toBe(64 * 1024 * 1024);
  });
});

test('the texts of an attempt have no value that a reader may not see', () => {
  const box = createHeaderBox(createSecretBox(Buffer.alloc(32, 1)));
  const texts = attemptTexts({
    request_headers: JSON.stringify([
      ...['X-Zendesk-Webhook-Id', 'w1', 'X-Team', box.seal('sealed'), 'X-Old', 'plain'],
    ]),
    response_headers: JSON.stringify(['Set-Cookie', 'session', 'X-Reply', 'r1']),
    response_body: null,
  });
  expect(texts).toEqual([
    ['request headers', 'X-Zendesk-Webhook-Id: w1\nX-Team: ********\nX-Old: ********\n'],
    ['response headers', 'Set-Cookie: ********\nX-Reply: r1\n'],
  ]);
});
