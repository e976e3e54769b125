import type { FeedEvent } from '@hooktrail/sdk/hooktrail';
import { usageFailure } from '../failures/usage-failure.ts';

/** The events that `--events` may name. `skipped` and `gap` are always shown: something is missing there. */
export const KINDS = ['accepted', 'attempted', 'settled', 'held', 'released'] as const;

/** Whether an event is shown. */
export type IsShown = (event: FeedEvent) => boolean;

/** Reads `--events`. By default an attempt is shown once: as `settled` if it was the last one. */
export function kindsOf(text: string | undefined): IsShown {
  if (text === undefined) {
    return (event) =>
      event.type === 'attempted' ? event.invocation.state !== 'final' : event.type !== 'accepted';
  }
  if (text === 'all') return () => true;
  const asked = text.split(',').map((one) => one.trim());
  for (const one of asked) {
    if (!KINDS.some((kind) => kind === one)) {
      throw usageFailure(
        `--events: there is no "${one}"`,
        `There are ${KINDS.join(', ')} and all.`,
      );
    }
  }
  return ({ type }) => type === 'skipped' || type === 'gap' || asked.includes(type);
}
