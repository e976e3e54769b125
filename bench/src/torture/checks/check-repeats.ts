import type { Check } from './evidence.ts';
import { findRepeats } from './find-repeats.ts';

/** "What was in flight is sent again; nothing else is." */
export const checkRepeats: Check = ({ books }) =>
  findRepeats(books)
    .filter(({ atFault }) => !atFault)
    .map(
      ({ first, second }) =>
        `${second.invocationId} was sent again as request ${second.serial}, although request ` +
        `${first.serial} of node ${first.sender?.node ?? 'unknown'} was in flight at no fault`,
    );
