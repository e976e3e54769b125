import { describe, expect, it } from 'vitest';
import { Shares } from './shares.ts';

describe('Shares', () => {
  it('are taken within what is left, and have their total again when all was returned', () => {
    const shares = new Shares(80);
    let taken = 0;
    while (shares.tryTake(1, 7)) taken += 7;
    expect(taken).toBe(70);
    expect(shares.tryTake(2, 8)).toBe(true);
    shares.giveBack(1, taken);
    shares.giveBack(2, 8);
    expect([shares.used, shares.left(1), shares.held(1)]).toEqual([0, 70, 0]);
  });

  it('give the first amount of an account what is free, however large its part', () => {
    const shares = new Shares(80);
    expect(shares.tryTake(1, 60)).toBe(true);
    expect(shares.tryTake(2, 21)).toBe(false);
    expect(shares.tryTake(2, 20)).toBe(true);
    expect(shares.tryTake(3, 1)).toBe(false);
  });

  it('may be exceeded by what cannot be refused, and then have nothing left', () => {
    const shares = new Shares(80);
    shares.take(1, 100);
    expect([shares.free, shares.left(1), shares.left(2)]).toEqual([-20, 0, 0]);
    shares.giveBack(1, 50);
    expect(shares.left(2)).toBe(26);
  });
});
