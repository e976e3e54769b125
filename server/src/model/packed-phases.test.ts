import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packPhases, unpackPhases } from './packed-phases.ts';
import { NO_PHASE, PHASES } from './phases.ts';

const N = NO_PHASE;
const sum = (times: readonly number[]) => times.reduce((all, ms) => all + Math.max(0, ms), 0);

it.each([
  ['a kept connection', [N, N, N, N, 0, 12, 3], [0b111_0000, 0, 12]],
  ['a new one with TLS', [1, 20, N, 130, 0, 300, 0], [0b111_1011, 1, 20, 0x82, 1, 0, 0xac, 2]],
  ['a refused one', [2, 1, N, N, N, N, N], [0b11, 2, 1]],
  ['no phase', [N, N, N, N, N, N, N], [0]],
])('%s takes a bit for each phase and a number for each but the last', (_of, times, bytes) => {
  expect([...packPhases(times)]).toEqual(bytes);
  expect(unpackPhases(packPhases(times), sum(times))).toEqual(times);
});

it('gives back what was packed, whichever phases happened', () => {
  const time = fc.oneof(fc.constant(N), fc.integer({ min: 0, max: 100_000 }));
  const times = fc.tuple(...PHASES.map(() => time));
  fc.assert(
    fc.property(times, (given) => {
      expect(unpackPhases(packPhases(given), sum(given))).toEqual(given);
    }),
  );
});
