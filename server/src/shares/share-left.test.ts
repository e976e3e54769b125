import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareLeft } from './share-left.ts';

describe('shareLeft', () => {
  it('leaves an eighth to the account that comes second', () => {
    expect(shareLeft({ total: 800, used: 0, held: 0 })).toBe(700);
    expect(shareLeft({ total: 800, used: 700, held: 700 })).toBe(0);
    expect(shareLeft({ total: 800, used: 700, held: 0 })).toBe(87);
  });

  it('gives an account that holds nothing the last unit, and nobody more than there is', () => {
    expect(shareLeft({ total: 1, used: 0, held: 0 })).toBe(1);
    expect(shareLeft({ total: 8, used: 7, held: 0 })).toBe(1);
    expect(shareLeft({ total: 8, used: 8, held: 0 })).toBe(0);
    expect(shareLeft({ total: 8, used: 9, held: 3 })).toBe(0);
  });

  it('converges to equal parts while accounts take all they can and return what they took', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (accounts) => {
        const total = 70_000;
        const held: number[] = Array(accounts).fill(0);
        const used = () => held.reduce((sum, one) => sum + one, 0);
        for (let round = 0; round < 400; round++) {
          held.forEach((one, account) => {
            held[account] = one - Math.ceil(one / 4);
            held[account] += shareLeft({ total, used: used(), held: held[account] });
          });
        }
        expect(used()).toBeLessThanOrEqual(total);
        const fair = (7 * total) / (7 * accounts + 1);
        for (const one of held) expect(Math.abs(one - fair)).toBeLessThan(fair / 5);
      }),
      { numRuns: 20 },
    );
  });
});
