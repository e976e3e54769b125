import type { Tone } from './status-tone.ts';

const TONES: Readonly<Record<string, Tone>> = {
  waiting: 'wait',
  selecting: 'wait',
  running: 'wait',
  paused: 'hold',
  cancelled: 'hold',
  done: 'ok',
};

/** The tone of the state of a job; `stopped` and a state of a later version count as bad. */
export const jobTone = (state: string): Tone => TONES[state] ?? 'bad';
