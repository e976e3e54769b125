import { describe, expect, it } from 'vitest';
import { readOptions } from './read-options.ts';

const sizes = (...args: string[]) => readOptions(args).sizes;

describe('readOptions', () => {
  it('begins with days on the record, and with --young with none', () => {
    expect(sizes()).toMatchObject({ oldDays: 10, oldInvocations: 20_000 });
    expect(sizes('--young').oldInvocations).toBe(0);
    expect(sizes('--smoke', '--young').oldInvocations).toBe(0);
  });

  it('reads ages, processes and minutes', () => {
    const given = sizes('--ages', '5:20000,90:100', '--processes', '1,4', '--minutes', '0.5');
    expect(given.ages).toEqual([
      { days: 5, invocationsADay: 20_000 },
      { days: 90, invocationsADay: 100 },
    ]);
    expect(given.processes).toEqual([1, 4]);
    expect(given).toMatchObject({ snapshotMinutes: 0.5, snapshotBesideMinutes: 0.5 });
    expect(sizes('--minutes', '10').snapshotBesideMinutes).toBe(3);
  });

  it.each([
    [['--ages', '5'], '--ages must be a list of DAYS:INVOCATIONS, got 5'],
    [['--ages', '5:1:2'], '--ages must be a list of DAYS:INVOCATIONS, got 5:1:2'],
    [['--ages', '5:0'], '--ages must be a whole number above 0, got 0'],
    [['--processes', '1,,2'], '--processes must be a whole number above 0, got nothing'],
    [['--minutes', '0'], '--minutes must be a number above 0, got 0'],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
