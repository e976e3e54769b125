import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createArrivals } from './create-arrivals.ts';

test('what arrives is passed on until the signal aborts, and nothing of it stays behind', async () => {
  const end = new AbortController();
  const arrivals = createArrivals<number>(end.signal);
  const seen: number[] = [];
  const all = (async () => {
    for await (const one of arrivals) seen.push(one);
  })();
  for (let at = 0; at < 20; at++) {
    arrivals.add(at);
    // It waits for the next one.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(getEventListeners(end.signal, 'abort')).toHaveLength(1);
  end.abort();
  await all;
  expect(seen).toHaveLength(20);
});
