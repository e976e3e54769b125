import { firstIdAt } from '../../model/ids.ts';

const TIME_DIGITS = 10;

/** The position of a late attempt: the time of its recording, and what follows the time in its id. */
export const latePosition = (recordedMs: number, attemptId: string): string =>
  firstIdAt(recordedMs).slice(0, TIME_DIGITS) + attemptId.slice(TIME_DIGITS);
