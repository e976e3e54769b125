import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResponseBody } from './response-body.ts';

const KEPT = 64 * 1024;
const READ = 1024 * 1024;

describe('ResponseBody', () => {
  it('is empty at first', () => {
    const body = new ResponseBody();
    expect(body.text()).toBe('');
    expect(body.length).toBe(0);
  });

  it('joins pieces cut anywhere, even within a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\u0000', '')),
        fc.array(fc.nat(20), { maxLength: 10 }),
        (text, cuts) => {
          const body = new ResponseBody();
          let rest = Buffer.from(text);
          for (const cut of cuts) {
            body.add(rest.subarray(0, cut));
            rest = rest.subarray(cut);
          }
          body.add(rest);
          expect(body.text()).toBe(text);
          expect(body.length).toBe(Buffer.byteLength(text));
        },
      ),
    );
  });

  it('keeps the beginning and counts the rest, until the limit', () => {
    const body = new ResponseBody();
    const chunk = Buffer.alloc(1_000, 'x');
    let added = 0;
    while (body.add(chunk)) added += chunk.length;
    expect(added).toBeLessThanOrEqual(READ);
    expect(body.length).toBe(added + 1_000);
    expect(body.length).toBeGreaterThan(READ);
    expect(body.text()).toBe('x'.repeat(KEPT));
    expect(body.cutOff).toMatch(/^answer cut off: /);
  });

  it('accepts exactly 1 MiB', () => {
    const body = new ResponseBody();
    expect(body.add(Buffer.alloc(READ))).toBe(true);
    expect(body.add(Buffer.alloc(1))).toBe(false);
  });

  it('stops after too many small pieces, and says so', () => {
    const body = new ResponseBody();
    const chunk = Buffer.from('x');
    let pieces = 1;
    while (body.add(chunk)) pieces++;
    expect(pieces).toBe(16 * 1024 + 1);
    expect(body.text()).toBe('x'.repeat(pieces));
    expect(body.cutOff).toBe('answer cut off: its body arrives in more than 16384 pieces');
  });

  it('uses little more memory than it keeps when pieces are small', () => {
    // Without it, what is garbage counts until it happens to be collected.
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    const before = process.memoryUsage().heapUsed;
    const bodies = Array.from({ length: 50 }, () => {
      const body = new ResponseBody();
      for (let piece = 0; piece < 16_000; piece++) body.add(Buffer.from('x'));
      return body;
    });
    collect();
    const heldBytes = process.memoryUsage().heapUsed - before;
    expect(bodies.every(({ length }) => length === 16_000)).toBe(true);
    expect(heldBytes).toBeLessThan(30 * 1024 * 1024);
  });

  it('keeps a copy, so the buffer may be reused', () => {
    const body = new ResponseBody();
    const chunk = Buffer.from('first');
    body.add(chunk);
    chunk.write('other');
    expect(body.text()).toBe('first');
  });

  it('is text that PostgreSQL can store, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const body = new ResponseBody();
        body.add(Buffer.from(bytes));
        const text = body.text();
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toContain('\u0000');
      }),
    );
    const body = new ResponseBody();
    body.add(Buffer.from([0x61, 0, 0xff, 0x62]));
    expect(body.text()).toBe('a\ufffd\ufffdb');
  });

  it('keeps a byte order mark', () => {
    const body = new ResponseBody();
    body.add(Buffer.from('\ufeffa'));
    expect(body.text()).toBe('\ufeffa');
  });

  it('does not carry half a character into the next body', () => {
    const cut = new ResponseBody();
    cut.add(Buffer.concat([Buffer.alloc(KEPT - 1, 'x'), Buffer.from('é')]));
    expect(cut.text().endsWith('x\ufffd')).toBe(true);
    const next = new ResponseBody();
    next.add(Buffer.from('next'));
    expect(next.text()).toBe('next');
  });
});
