import { describeRequest } from './describe-request.ts';
import type { Check } from './evidence.ts';
import { findRepeats } from './find-repeats.ts';

/** "What was in flight is sent again; nothing else is." */
export const checkRepeats: Check = ({ books }) =>
  findRepeats(books)
    .filter(({ fault }) => fault === undefined)
    .map(
      ({ first, second }) =>
        `${second.invocationId} was sent again by ${describeRequest(second, books.faults)} ` +
        `after ${describeRequest(first, books.faults)}`,
    );
