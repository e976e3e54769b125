import { formatDuration } from './format-duration.ts';
import { showSeconds } from './show-seconds.ts';

const MINUTE = 60;

/** A time that is known in whole seconds: `11 s`, `2 min 5 s`, `3 h 10 min`. */
export const formatLag = (seconds: number): string =>
  seconds < MINUTE ? showSeconds(seconds) : formatDuration(seconds * 1_000);
