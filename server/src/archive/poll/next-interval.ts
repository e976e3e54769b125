import { MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import type { Walk } from './walk.ts';

/** Where there is something new. */
export const BUSY_MS = 30 * SECOND_MS;

/** Where there is nothing new for long. */
const QUIET_MS = 15 * MINUTE_MS;

/** Reading again takes at most a fifth of the requests. */
const REREAD = 5;

interface Facts {
  readonly walk: Pick<Walk, 'knownPages' | 'newRows'>;
  readonly everyMs: number;
  /** Between two requests to the source. */
  readonly spacingMs: number;
  /** Webhooks of the source. */
  readonly webhooks: number;
}

/** How long until the next poll of a webhook. */
export function nextInterval({ everyMs, spacingMs, walk, webhooks }: Facts): number {
  // Where there are so many that each poll of all takes longer, polls take half of the requests.
  const quietMs = Math.max(QUIET_MS, 2 * webhooks * spacingMs);
  const byNews = walk.newRows > 0 ? BUSY_MS : Math.min(quietMs, Math.max(BUSY_MS, 2 * everyMs));
  return Math.round(Math.max(byNews, walk.knownPages * spacingMs * REREAD));
}
