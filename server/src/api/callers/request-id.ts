import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Long enough for every tracing system's ids, and nothing that could disturb a log or a header. */
const SANE = /^[\w.:/+=@-]{1,128}$/;

/** The caller's own `x-request-id` where it is a sane one, else a new one. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SANE.test(given) ? given : randomUUID();
}
