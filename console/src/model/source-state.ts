import type { Source } from '@hooktrail/sdk/hooktrail';
import { formatCount } from './format-count.ts';
import { formatDuration } from './format-duration.ts';
import type { Tone } from './status-tone.ts';

/** How a source stands, in words. */
export interface SourceState {
  readonly tone: Tone;
  readonly word: string;
  /** Why, and what it means; empty where nothing is to be said. */
  readonly why: string;
  /** From when on something is lost, unless it is read before. */
  readonly lostFrom?: Date;
}

const DAY_MS = 24 * 3_600_000;

/** A service keeps its log for so long. */
const LOG_MS = 7 * DAY_MS;

/** A quiet webhook is read every 15 minutes, or more rarely where that costs too many requests. */
const BEHIND_SECONDS = 3_600;

const FAILURES: Readonly<Record<string, string>> = {
  throttled: 'The service takes no more requests now',
  unauthorized: 'The service refuses the credentials',
  forbidden: 'The credentials may not read this',
  'not found': 'The service does not know what is asked for',
  unavailable: 'The service does not answer',
  unreadable: 'The answer of the service cannot be read',
};

function lost({ completeUntil }: Source): Pick<SourceState, 'lostFrom'> {
  return completeUntil === undefined
    ? {}
    : { lostFrom: new Date(completeUntil.getTime() + LOG_MS) };
}

/** Whether a source is read, how far, and why it stands still. */
export function sourceState(source: Source): SourceState {
  const { error, lagSeconds, state, webhooksCount, webhooksUnread } = source;
  if (state === 'paused') {
    const why = 'Somebody paused it: nothing is asked of the service.';
    return { tone: 'hold', word: 'paused', why, ...lost(source) };
  }
  if (state === 'failing') {
    const what = FAILURES[error?.code ?? ''] ?? 'The last request failed';
    const why = `${what}: ${error?.message ?? 'no reason was given'}. It is tried again by itself.`;
    return { tone: 'bad', word: 'failing', why, ...lost(source) };
  }
  if (error !== undefined) {
    return {
      tone: 'hold',
      word: 'polling in part',
      why: `Webhooks are left out: ${error.message}.`,
    };
  }
  if (webhooksUnread > 0) {
    const why = `${formatCount(webhooksUnread)} of ${formatCount(webhooksCount)} logs are not read to their ends yet.`;
    return { tone: 'wait', word: 'reading', why };
  }
  if (lagSeconds === undefined) {
    return { tone: 'wait', word: 'waiting', why: 'No webhook of it is known yet.' };
  }
  if (lagSeconds > BEHIND_SECONDS) {
    const why = `It is ${formatDuration(lagSeconds * 1_000)} behind.`;
    return { tone: 'hold', word: 'behind', why, ...lost(source) };
  }
  return { tone: 'ok', word: 'polling', why: '' };
}
