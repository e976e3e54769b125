import { describeRequest } from './describe-request.ts';
import { describeTraces } from './describe-traces.ts';
import type { Check } from './evidence.ts';
import { findRepeats } from './find-repeats.ts';

/** "What was in flight is sent again; nothing else is." */
export const checkRepeats: Check = (evidence) =>
  findRepeats(evidence.books)
    .filter(({ fault }) => fault === undefined)
    .map(
      ({ first, second }) =>
        `${second.invocationId} was sent again by ${describeRequest(second, evidence.books)} ` +
        `after ${describeRequest(first, evidence.books)}${describeTraces(first, evidence)}`,
    );
