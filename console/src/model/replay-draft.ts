import type { JobInput } from '@hooktrail/sdk/hooktrail';
import { formatCount } from './format-count.ts';

/** How a job replays, as a form holds it: text, empty where the job does without. */
export interface ReplayDraft {
  readonly rate: string;
  readonly canaryCount: string;
  readonly canaryPercent: string;
  readonly stopPercent: string;
  readonly stopOfLast: string;
  readonly includeSucceeded: boolean;
  readonly reason: string;
  readonly order: 'oldest' | 'newest';
  readonly max: string;
  /** The id of a webhook; empty: each goes to its own. */
  readonly target: string;
}

/** A form that says nothing: the node's own rate, no canary, no `stop_on`. */
export const EMPTY_REPLAY: ReplayDraft = {
  rate: '',
  canaryCount: '',
  canaryPercent: '',
  stopPercent: '',
  stopOfLast: '',
  includeSucceeded: false,
  reason: '',
  order: 'oldest',
  max: '',
  target: '',
};

/** The limits of the node, which has the last word. */
const MOST = 1_000;
const MOST_ITEMS = 1_000_000;

/** @throws Error naming the field, its rule and the value. */
function wholeNumber(name: string, text: string, most = MOST): number {
  const value = Number(text.replaceAll(',', ''));
  if (text !== '' && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(
    `${name} must be a whole number from 1 to ${formatCount(most)}, got ${text || 'nothing'}.`,
  );
}

/** @throws Error naming the field, its rule and the value. */
function share(name: string, text: string, leastPercent: number): number {
  const value = Number(text);
  if (text !== '' && value >= leastPercent && value <= 100) return value / 100;
  throw new Error(
    `${name} must be a percentage from ${leastPercent} to 100, got ${text || 'nothing'}.`,
  );
}

/**
 * The job that a form describes. Both fields of the canary belong together, and both of `stop_on`.
 *
 * @throws Error naming the field, its rule and the value.
 */
export function replayInput(q: string, draft: ReplayDraft): JobInput {
  const text = (name: Exclude<keyof ReplayDraft, 'includeSucceeded' | 'order'>) =>
    draft[name].trim();
  const reason = text('reason');
  return {
    ...(q.trim() === '' ? { all: true } : { query: q }),
    ...(text('rate') !== '' && { rate: wholeNumber('Rate', text('rate')) }),
    ...((text('canaryCount') !== '' || text('canaryPercent') !== '') && {
      canary: {
        count: wholeNumber('Canary: send first', text('canaryCount')),
        successShare: share('Canary: least successes', text('canaryPercent'), 0),
      },
    }),
    ...((text('stopPercent') !== '' || text('stopOfLast') !== '') && {
      stopOn: {
        failureShare: share('Stop: failures', text('stopPercent'), 0.1),
        ofLast: wholeNumber('Stop: of the last', text('stopOfLast')),
      },
    }),
    ...(draft.order !== 'oldest' && { order: draft.order }),
    ...(text('max') !== '' && { max: wholeNumber('At most', text('max'), MOST_ITEMS) }),
    ...(text('target') !== '' && { targetWebhookId: text('target') }),
    ...(draft.includeSucceeded && { includeSucceeded: true }),
    ...(reason !== '' && { reason }),
  };
}
