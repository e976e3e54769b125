import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inTurns } from './in-turns.ts';

test('does a few in a turn, all of them, and in order', async () => {
  const doInTurn = inTurns(3);
  const done: number[] = [];
  for (let count = 0; count < 8; count++) doInTurn(() => done.push(count));
  expect(done).toEqual([0, 1, 2]);
  await turn();
  expect(done).toEqual([0, 1, 2, 3, 4, 5]);
  await turn();
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('what comes later waits behind what waits already', async () => {
  const doInTurn = inTurns(1);
  const done: string[] = [];
  doInTurn(() => {
    done.push('first');
    doInTurn(() => done.push('third'));
  });
  doInTurn(() => done.push('fourth'));
  while (done.length < 3) await turn();
  expect(done).toEqual(['first', 'third', 'fourth']);
  await turn();
  doInTurn(() => done.push('alone'));
  expect(done.at(-1)).toBe('alone');
});
