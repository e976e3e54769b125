import type { SeenRequest } from '../books/books.ts';
import type { TrailAttempt } from '../books/trail-rows.ts';

/** The attempts and the requests that belong together, and those left over. */
export interface Matches {
  readonly matched: ReadonlyMap<SeenRequest, TrailAttempt>;
  /** Requests without an attempt. */
  readonly unrecorded: readonly SeenRequest[];
  /** Attempts with an answer that the receiver did not send. */
  readonly invented: readonly TrailAttempt[];
}

/**
 * Finds the attempt of each request. If an answer arrived, the number that the receiver sent back
 * identifies it. The others, whose connections broke or which timed out, are matched by the time in
 * the signature: it has whole seconds, and requests of one invocation in the same second are
 * interchangeable. An attempt that reached no receiver, such as a refused connection, has no
 * request.
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
