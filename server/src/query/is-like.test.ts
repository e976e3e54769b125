import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLike } from './is-like.ts';

describe('isLike', () => {
  it('is what a regular expression says', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (one, other) => {
        const source = one.replaceAll('.', '\\.').replaceAll('*', '.*');
        expect(isLike(one, other)).toBe(new RegExp(`^${source}$`).test(other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('ends where a regular expression would go through every split', () => {
    expect(isLike(`${'*a'.repeat(2_000)}b`, 'a'.repeat(4_000))).toBe(false);
  });
});
