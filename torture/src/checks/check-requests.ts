import type { Fault, SeenRequest } from '../books/books.ts';
import { describeRequest } from './describe-request.ts';
import { describeTraces } from './describe-traces.ts';
import type { Check } from './evidence.ts';
import { fateOf } from './fate.ts';
import { matchAttempts } from './match-attempts.ts';

/** A request over a kept connection that was closed is sent again at once, on a busy machine too. */
const AT_ONCE_MS = 2_000;

/**
 * "Every request is on the record": each has its attempt, with the answer that the receiver sent.
 * If its sender died with the outcome, the invocation was `unknown` once for each lease under which
 * such requests were sent.
 */
export const checkRequests: Check = (evidence) => {
  const { books, trail } = evidence;
  const { matched, unrecorded, invented } = matchAttempts(books.requests, trail.attempts);
  const broken: string[] = [];
  const lost = new Map<string, SeenRequest[]>();
  for (const request of unrecorded) {
    const { invocationId } = request;
    const others = lost.get(invocationId);
    if (others === undefined) lost.set(invocationId, [request]);
    else others.push(request);
    if (!fateOf(request, books.faults).lost) {
      const which = describeRequest(request, books);
      const traces = describeTraces(request, evidence);
      broken.push(`${invocationId} has no attempt of ${which}${traces}`);
    }
  }
  for (const [id, requests] of lost) {
    const lostLeases = trail.lostLeases.get(id) ?? 0;
    requests.sort((a, b) => a.arrivedMs - b.arrivedMs);
    const leases = requests.filter(
      (request, at) => !isSentAtOnce(request, requests[at - 1], books.faults),
    );
    if (lostLeases < leases.length) {
      const which = leases
        .map((request) => describeRequest(request, books) + describeTraces(request, evidence))
        .join(', ');
      broken.push(
        `${id} has ${leases.length} requests off the record and was ${lostLeases} times unknown: ${which}`,
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

/**
 * Whether a request followed another one under the same lease, because the connection of that one
 * was closed without an answer. If nobody is found at its end, the sender of the first may have sent it
 * right before it died.
 */
function isSentAtOnce(
  request: SeenRequest,
  before: SeenRequest | undefined,
  faults: readonly Fault[],
): boolean {
  if (before === undefined || before.answered !== undefined || before.closedMs === undefined) {
    return false;
  }
  const { arrivedMs, sender } = request;
  if (arrivedMs < before.closedMs || arrivedMs - before.closedMs > AT_ONCE_MS) return false;
  if (sender !== undefined) return sender.pid === before.sender?.pid;
  return fateOf({ ...request, sender: before.sender }, faults).disturbedBy?.effect === 'death';
}
