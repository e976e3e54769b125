import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

function scene(most: number) {
  const turns = new Turns(most);
  const begun: string[] = [];
  const enter = (accountId: number, name: string) => {
    const begin = () => void begun.push(name);
    turns.enter(accountId, begin);
    return begin;
  };
  return { turns, begun, enter };
}

describe('Turns', () => {
  it('keep a place for a second account', () => {
    const { begun, enter } = scene(8);
    for (let task = 0; task < 100; task++) enter(1, `a${task}`);
    expect(begun).toHaveLength(7);
    enter(2, 'b');
    expect(begun.at(-1)).toBe('b');
  });

  it('begin what waits one account after the other, and within each in order', () => {
    const { turns, begun, enter } = scene(1);
    for (const name of ['a1', 'a2', 'a3', 'a4']) enter(1, name);
    for (const name of ['b1', 'b2']) enter(2, name);
    enter(3, 'c1');
    for (let left = 0; left < 7; left++) {
      const account = { a: 1, b: 2, c: 3 }[begun.at(-1)?.[0] as 'a'];
      turns.leave(account);
    }
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('forget what was withdrawn', () => {
    const { turns, begun, enter } = scene(1);
    const first = enter(1, 'a1');
    const second = enter(1, 'a2');
    expect(turns.withdraw(1, first)).toBe(false);
    expect(turns.withdraw(1, second)).toBe(true);
    expect(turns.withdraw(1, second)).toBe(false);
    turns.leave(1);
    enter(1, 'a3');
    expect(begun).toEqual(['a1', 'a3']);
  });

  it('run no more than they may, and everything in the end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(4), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (accounts, most) => {
          const turns = new Turns(most);
          const running: number[] = [];
          let begun = 0;
          for (const account of accounts) {
            turns.enter(account, () => {
              running.push(account);
              begun++;
            });
            expect(running.length).toBeLessThanOrEqual(most);
          }
          while (running.length > 0) {
            const [account] = running.splice(0, 1);
            turns.leave(account as number);
            expect(running.length).toBeLessThanOrEqual(most);
          }
          expect(begun).toBe(accounts.length);
        },
      ),
    );
  });
});
