import { MINUTE_MS } from '../../model/time-units.ts';
import type { LogState } from './log-state.ts';

/** A poll reads so much again: rows are listed late, and in no order within a second. */
export const OVERLAP_MS = 10 * MINUTE_MS;

/**
 * Until when nothing can be missing of a log that cannot be read again. What finished just before the watermark
 * may have been listed after it, so a gap begins before the watermark by what a poll would have read again.
 */
export function knownUntil({ sinceMs }: Pick<LogState, 'sinceMs'>, watermarkMs: number): number {
  return Math.max(sinceMs ?? Number.NEGATIVE_INFINITY, watermarkMs - OVERLAP_MS);
}
