import { NO_PHASE, PHASES, type PhaseTimes } from './phases.ts';

/** The last phase ends with the attempt, so its time follows from the others. */
const DERIVED = PHASES.indexOf('body');

/**
 * Phases as `attempt.phases` stores them: a byte with a bit for each phase that happened, the first the
 * lowest, then the time of each of them but the body as a LEB128 number. Over a kept connection that is
 * 3 bytes for an answer within 127 ms. One column, because each column of a row costs about 0.25 µs
 * when it is recorded: six integers cost 1.7 µs of 31, this one less than could be measured.
 */
export function packPhases(times: PhaseTimes): Uint8Array {
  const bytes = [0];
  for (let phase = 0; phase < PHASES.length; phase++) {
    let ms = times[phase] ?? NO_PHASE;
    if (ms === NO_PHASE) continue;
    (bytes[0] as number) |= 1 << phase;
    if (phase === DERIVED) continue;
    for (; ms > 0x7f; ms >>>= 7) bytes.push((ms & 0x7f) | 0x80);
    bytes.push(ms);
  }
  return Uint8Array.from(bytes);
}

/** The phases of an attempt that took `durationMs` as a whole. */
export function unpackPhases(packed: Uint8Array, durationMs: number): PhaseTimes {
  const happened = packed[0] ?? 0;
  let at = 1;
  let rest = durationMs;
  return PHASES.map((_, phase) => {
    if ((happened & (1 << phase)) === 0) return NO_PHASE;
    if (phase === DERIVED) return Math.max(0, rest);
    let ms = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = packed[at++] ?? 0;
      ms |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    rest -= ms;
    return ms;
  });
}
