import { expect, test } from 'vitest';
import { createRandom } from './create-random.ts';

test('the same seed chooses the same, and each stream for itself', () => {
  const choices = (seed: number, stream: string) => {
    const random = createRandom(seed, stream);
    return Array.from({ length: 20 }, () => random.whole(1, 1_000));
  };
  expect(choices(42, 'a')).toEqual(choices(42, 'a'));
  expect(choices(42, 'a')).not.toEqual(choices(42, 'b'));
  expect(choices(42, 'a')).not.toEqual(choices(43, 'a'));
});
