import { eventually } from '@hooktrail/harness/eventually';
import { expect, it } from 'vitest';
import { measureLoad } from './measure-load.ts';

/** A machine whose processors are idle for a share of each span; `asked` counts how often they were read. */
function machine(idleShare: number) {
  let spans = 0;
  return Object.assign(() => ({ idle: 100 * idleShare * spans, all: 100 * spans++ }), {
    asked: () => spans,
  });
}

function work(forMs: number): void {
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs);
}

it('is free while the node only waits for statements, whatever the machine does', async () => {
  const loadNow = measureLoad(machine(0));
  work(60);
  expect(loadNow()).toBe('full');
  // What else this process does, or waits for a processor with, is in some spans and not in all.
  await eventually('a free node', () => loadNow() === 'free');
});

it.each([
  { idle: 0.5, load: 'busy' },
  { idle: 0.25, load: 'busy' },
  { idle: 0.1, load: 'full' },
  { idle: 0, load: 'full' },
])('is $load while the node is busy on a machine that is idle for $idle', ({ idle, load }) => {
  const loadNow = measureLoad(machine(idle));
  work(60);
  expect(loadNow()).toBe(load);
});

it('keeps what it measured for a span', () => {
  const loadNow = measureLoad(machine(0.5));
  work(60);
  expect([loadNow(), loadNow()]).toEqual(['busy', 'busy']);
});

it('does not ask the machine while the node is free, which takes long where processors are many', async () => {
  const processors = machine(0);
  const loadNow = measureLoad(processors);
  work(60);
  loadNow();
  await eventually('a free node', () => loadNow() === 'free');
  const before = processors.asked();
  await eventually('a free node, measured again', async () => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    return loadNow() === 'free';
  });
  expect(processors.asked()).toBe(before);
});
