import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { Sha256 } from './sha256.ts';

it('is that of Node, whatever the lengths of the pieces', () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1_000, 100_003]) {
    const bytes = randomBytes(length);
    const expected = createHash('sha256').update(bytes).digest('hex');
    for (const piece of [1, 7, 64, 65, 4_096]) {
      if (length / piece > 20_000) continue;
      const hash = new Sha256();
      for (let at = 0; at < length; at += piece) hash.update(bytes.subarray(at, at + piece));
      expect(hash.hex(), `${length} bytes in pieces of ${piece}`).toBe(expected);
    }
  }
});
