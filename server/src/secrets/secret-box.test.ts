import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecretBox } from './secret-box.ts';

const key = randomBytes(32);
const box = createSecretBox(key);

describe('SecretBox', () => {
  it('opens what it sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(box.open(box.seal(text))).toBe(text);
      }),
    );
  });

  it('opens what another box with the same key sealed, from any byte array', () => {
    const sealed = createSecretBox(Buffer.from(key)).seal('secret');
    expect(box.open(new Uint8Array(sealed))).toBe('secret');
  });

  it('seals differently each time and reveals nothing of the text', () => {
    const text = 'a rather long text that would be seen';
    const sealed = Array.from({ length: 50 }, () => box.seal(text));
    expect(new Set(sealed.map((bytes) => bytes.toString('hex'))).size).toBe(50);
    expect(new Set(sealed.map((bytes) => bytes.subarray(0, 12).toString('hex'))).size).toBe(50);
    for (const bytes of sealed) {
      expect(bytes.length).toBe(12 + 16 + text.length);
      expect(bytes.includes('rather')).toBe(false);
    }
  });

  it('does not open what another key sealed', () => {
    expect(() => createSecretBox(randomBytes(32)).open(box.seal('secret'))).toThrow();
  });

  it('does not open bytes with any bit changed, or truncated', () => {
    const sealed = box.seal('secret');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => box.open(changed)).toThrow();
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(() => box.open(sealed.subarray(0, length)), `${length} bytes`).toThrow();
    }
  });

  it.each([0, 16, 31, 33])('cannot be made with a key of %i bytes', (length) => {
    expect(() => createSecretBox(randomBytes(length)).seal('secret')).toThrow(/key length/i);
  });
});
