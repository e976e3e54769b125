import { expect, test } from 'vitest';
import { UndoStack } from './undo-stack.ts';

test('runs the steps once, from the last to the first, also after a failure', async () => {
  const undo = new UndoStack();
  const done: string[] = [];
  undo.push(() => done.push('first'));
  undo.push(() => Promise.reject(new Error('in use')));
  undo.push(() => done.push('last'));
  expect(undo.started).toBe(false);
  const errors = await undo.run();
  expect(errors).toEqual([new Error('in use')]);
  expect(done).toEqual(['last', 'first']);
  expect(undo.run()).toBe(undo.run());
  expect(await undo.run()).toBe(errors);
  expect(done).toHaveLength(2);
});

test('waits for a part that is still being set up', async () => {
  const undo = new UndoStack();
  const done: string[] = [];
  const settingUp = Promise.resolve().then(() => {
    undo.push(() => done.push('late'));
    throw new Error('stopped');
  });
  expect(await undo.run(settingUp)).toEqual([]);
  expect(done).toEqual(['late']);
});
