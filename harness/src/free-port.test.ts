import { afterEach, expect, test, vi } from 'vitest';
import { freePort } from './free-port.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('a port that a caller has is nobody else’s, though nothing listens there', async () => {
  const first = await freePort();
  const again = (first - 20_000 + 0.5) / 12_000;
  const random = vi.spyOn(Math, 'random').mockReturnValueOnce(again);
  expect(await freePort()).not.toBe(first);
  expect(random.mock.calls.length).toBeGreaterThan(1);
});
