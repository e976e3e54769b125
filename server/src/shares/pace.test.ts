import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('one task of each account runs in a turn of the event loop, all in their order', async () => {
  const pace = new Pace();
  const ran: string[] = [];
  for (let n = 0; n < 5; n++) pace.run(1, () => ran.push(`a${n}`));
  pace.run(2, () => ran.push('b0'));
  pace.run(2, () => ran.push('b1'));
  expect(ran).toEqual(['a0', 'b0']);
  let turns = 0;
  for (let before = ran.length; ran.length < 7; turns++) {
    await turn();
    expect(ran.length - before).toBeLessThanOrEqual(2);
    before = ran.length;
  }
  expect(turns).toBeGreaterThanOrEqual(4);
  expect(ran.filter((name) => name.startsWith('a'))).toEqual(['a0', 'a1', 'a2', 'a3', 'a4']);
  await turn();
  await turn();
  pace.run(1, () => ran.push('later'));
  expect(ran.at(-1)).toBe('later');
});
