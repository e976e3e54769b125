import type { Tone } from './status-tone.ts';

const TONES: Readonly<Record<string, Tone>> = {
  waiting: 'wait',
  sent: 'ok',
  failed: 'bad',
  dropped: 'hold',
};

/** The tone of the state of a notice; a state of a later version counts as bad. */
export const noticeTone = (state: string): Tone => TONES[state] ?? 'bad';
