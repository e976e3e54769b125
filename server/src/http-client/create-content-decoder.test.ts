import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createContentDecoder } from './create-content-decoder.ts';

const decode = createContentDecoder();
const TEXT = 'größe ✓ '.repeat(2_000);
const KIB = 1024;

describe('the content decoder', () => {
  it.each([
    ['gzip', gzipSync(TEXT), ['gzip']],
    ['x-gzip', gzipSync(TEXT), ['x-gzip']],
    ['deflate', deflateSync(TEXT), ['deflate']],
    ['deflate without its header', deflateRawSync(TEXT), ['deflate']],
    ['br', brotliCompressSync(TEXT), ['br']],
    ['one over the other', brotliCompressSync(gzipSync(TEXT)), ['gzip', 'br']],
    [
      'several members',
      Buffer.concat([gzipSync(TEXT.slice(0, 9)), gzipSync(TEXT.slice(9))]),
      ['gzip'],
    ],
  ])('undoes %s', async (_what, bytes, codings) => {
    expect((await decode(bytes, codings))?.toString()).toBe(TEXT);
  });

  it.each([
    ['gzip', gzipSync(TEXT, { level: 0 })],
    ['deflate', deflateSync(TEXT, { level: 0 })],
    [
      'br',
      brotliCompressSync(Buffer.from(Array.from({ length: 9_000 }, () => Math.random() * 256))),
    ],
  ])('undoes the beginning of %s that was cut', async (coding, bytes) => {
    const decoded = await decode(bytes.subarray(0, bytes.length >> 1), [coding]);
    expect(decoded?.length).toBeGreaterThan(1_000);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(64 * KIB * KIB))],
    ['br', brotliCompressSync(Buffer.alloc(64 * KIB * KIB))],
    ['deflate', deflateSync(Buffer.alloc(64 * KIB * KIB))],
  ])('stops a bomb in %s at what is shown', async (coding, bomb) => {
    expect((await decode(bomb, [coding]))?.length).toBe(64 * KIB);
    const twice = gzipSync(bomb);
    expect((await decode(twice, [coding, 'gzip']))?.length).toBeLessThanOrEqual(64 * KIB);
  });

  it.each([
    ['what is not coded', Buffer.from('plain text'), ['gzip']],
    ['an unknown coding', gzipSync(TEXT), ['zstd']],
    ['more codings than two', gzipSync(gzipSync(gzipSync(TEXT))), ['gzip', 'gzip', 'gzip']],
    ['nothing', Buffer.alloc(0), ['gzip']],
  ])('leaves %s as it is', async (_what, bytes, codings) => {
    expect(await decode(bytes, codings)).toBeUndefined();
  });

  it('goes on after a body that it cannot undo, one at a time', async () => {
    const all = [Buffer.from('no'), gzipSync('one'), gzipSync('two')];
    const decoded = await Promise.all(all.map((bytes) => decode(bytes, ['gzip'])));
    expect(decoded.map(String)).toEqual(['undefined', 'one', 'two']);
  });
});
