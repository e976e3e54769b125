import type { Tone } from './status-tone.ts';

/** The tone of an alert: well once it is resolved; a severity of a later version counts as bad. */
export function alertTone({
  severity,
  state,
}: {
  readonly severity: string;
  readonly state: string;
}): Tone {
  if (state === 'resolved') return 'ok';
  return severity === 'warning' ? 'hold' : 'bad';
}
