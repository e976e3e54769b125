import { count } from '../books/books.ts';
import { describeRequest } from './describe-request.ts';
import type { Check } from './evidence.ts';
import { fateOf } from './fate.ts';
import { matchAttempts } from './match-attempts.ts';

/**
 * "Every request is on the record": each has its attempt, with the answer that the receiver sent.
 * If its sender died with the outcome, the invocation was `unknown` once for each such request.
 */
export const checkRequests: Check = ({ books, trail }) => {
  const { matched, unrecorded, invented } = matchAttempts(books.requests, trail.attempts);
  const broken: string[] = [];
  const lost = new Map<string, number>();
  for (const request of unrecorded) {
    const { invocationId } = request;
    count(lost, invocationId);
    if (!fateOf(request, books.faults).lost) {
      broken.push(`${invocationId} has no attempt of ${describeRequest(request, books.faults)}`);
    }
  }
  for (const [id, requests] of lost) {
    const unknowns = trail.unknowns.get(id) ?? 0;
    if (unknowns < requests) {
      broken.push(
        `${id} has ${requests} requests off the record and was ${unknowns} times unknown`,
      );
    }
  }
  for (const { invocationId, number } of invented) {
    broken.push(
      `attempt ${number} of ${invocationId} has an answer that the receiver did not send`,
    );
  }
  for (const [{ serial, answered, invocationId }, { number, statusCode }] of matched) {
    if (answered !== undefined && statusCode !== null && answered !== statusCode) {
      const said = `${answered} was answered and ${statusCode} recorded`;
      broken.push(`request ${serial}, attempt ${number} of ${invocationId}: ${said}`);
    }
  }
  return broken;
};
