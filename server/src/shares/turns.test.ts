import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Activity } from './activity.ts';
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

  describe('with activity', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    });
    afterEach(() => vi.useRealTimers());

    it('run one task of an account at a time beside others, and let it rest as long as it took', () => {
      const activity = new Activity();
      const turns = new Turns(6, activity);
      const begun: string[] = [];
      const enter = (accountId: number, name: string) => {
        activity.note(accountId);
        turns.enter(accountId, () => void begun.push(name));
      };
      enter(2, 'b1');
      for (const name of ['a1', 'a2', 'a3']) enter(1, name);
      expect(begun).toEqual(['b1', 'a1']);
      turns.leave(1, 30);
      enter(2, 'b2');
      turns.leave(2, 0);
      expect(begun).toEqual(['b1', 'a1', 'b2']);
      vi.advanceTimersByTime(29);
      expect(begun).toHaveLength(3);
      vi.advanceTimersByTime(1);
      expect(begun.slice(3)).toEqual(['a2']);
      // A rest is never longer than a reader waits gladly.
      turns.leave(1, 60_000);
      vi.advanceTimersByTime(250);
      expect(begun.slice(4)).toEqual(['a3']);
    });

    it('run what they may for an account that is alone', () => {
      const activity = new Activity();
      const turns = new Turns(6, activity);
      let begun = 0;
      activity.note(2);
      vi.advanceTimersByTime(1_000);
      for (let n = 0; n < 9; n++) {
        activity.note(1);
        turns.enter(1, () => begun++);
      }
      expect(begun).toBe(5);
      turns.leave(1, 30);
      expect(begun).toBe(6);
    });
  });
});
