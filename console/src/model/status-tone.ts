/** How good a status is. */
export type Tone = 'ok' | 'bad' | 'hold' | 'wait';

/** A mark beside the colour, which alone would say nothing to many people. */
export const TONE_MARKS: Readonly<Record<Tone, string>> = {
  ok: '✓',
  bad: '✕',
  hold: '‖',
  wait: '·',
};

const TONES: Readonly<Record<string, Tone>> = {
  success: 'ok',
  accepted: 'wait',
  unknown: 'wait',
  throttled: 'hold',
  'circuit broken': 'hold',
};

/** The tone of a status; a new one of a later version counts as bad, so that it is seen. */
export const statusTone = (status: string): Tone => TONES[status] ?? 'bad';
