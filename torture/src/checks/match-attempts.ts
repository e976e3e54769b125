import type { SeenRequest } from '../books/books.ts';
import type { TrailAttempt } from '../books/trail-rows.ts';

/** Which attempt is which request. */
export interface Matches {
  readonly matched: ReadonlyMap<SeenRequest, TrailAttempt>;
  /** Requests that have no attempt. */
  readonly unrecorded: readonly SeenRequest[];
  /** Attempts that got an answer of the receiver's, which it does not know of. */
  readonly invented: readonly TrailAttempt[];
}

/**
 * Finds the attempt of each request: by the number that the receiver sent back, where an answer came.
 * The rest, whose connections broke or whose time was over, by the time in the signature: it has
 * whole seconds, and among requests of one invocation in the same second it does not matter which
 * is which. An attempt that got nowhere, such as a refused connection, is nobody's request.
 */
export function matchAttempts(
  requests: readonly SeenRequest[],
  attempts: readonly TrailAttempt[],
): Matches {
  const bySerial = new Map(requests.map((request) => [request.serial, request]));
  const matched = new Map<SeenRequest, TrailAttempt>();
  const invented: TrailAttempt[] = [];
  const unanswered = new Map<string, TrailAttempt[]>();
  for (const attempt of attempts) {
    if (attempt.serial === null) {
      const name = `${attempt.invocationId} ${attempt.signedAt}`;
      const others = unanswered.get(name);
      if (others === undefined) unanswered.set(name, [attempt]);
      else others.push(attempt);
      if (attempt.statusCode !== null) invented.push(attempt);
      continue;
    }
    const request = bySerial.get(attempt.serial);
    const first = request?.invocationId === attempt.invocationId && !matched.has(request);
    if (first) matched.set(request, attempt);
    else invented.push(attempt);
  }
  const unrecorded: SeenRequest[] = [];
  for (const request of requests) {
    if (matched.has(request)) continue;
    const attempt = unanswered.get(`${request.invocationId} ${request.signedAt}`)?.pop();
    if (attempt === undefined) unrecorded.push(request);
    else matched.set(request, attempt);
  }
  return { matched, unrecorded, invented };
}
