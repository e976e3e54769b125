import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Covers the ids of common tracing systems, and has no character that could break a log or a
 * header.
 */
const VALID = /^[\w.:/+=@-]{1,128}$/;

/** The caller's `x-request-id` if it is valid, otherwise a new one. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && VALID.test(given) ? given : randomUUID();
}
