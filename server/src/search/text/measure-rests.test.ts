import { eventually } from '@hooktrail/harness/eventually';
import { expect, it } from 'vitest';
import { measureRests } from './measure-rests.ts';

/** A machine whose processors are idle for a share of each span. */
function machine(idleShare: number) {
  let spans = 0;
  return () => ({ idle: 100 * idleShare * spans, all: 100 * spans++ });
}

function work(forMs: number): void {
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs);
}

it('has no rests while the node only waits for statements', async () => {
  const rests = measureRests(machine(0));
  work(60);
  expect(rests()).toBe(15);
  // What else this process does, or waits for a processor with, is in some spans and not in all.
  await eventually('no rests', () => rests() === 0);
});

it.each([
  { idle: 0.5, times: 3 },
  { idle: 0.25, times: 3 },
  { idle: 0.1, times: 15 },
  { idle: 0, times: 15 },
])(
  'rests $times times as long while the node is busy on a machine that is idle for $idle',
  (one) => {
    const rests = measureRests(machine(one.idle));
    work(60);
    expect(rests()).toBe(one.times);
  },
);

it('keeps what it measured for a span', () => {
  const rests = measureRests(machine(0.5));
  work(60);
  expect([rests(), rests()]).toEqual([3, 3]);
});
