import type { FastifyRequest } from 'fastify';
import { baseUrl } from '../lists/base-url.ts';

/** Where an event, its body and its invocations are. */
export interface EventLinks {
  readonly event: string;
  readonly body: string;
  readonly invocations: string;
}

/** Makes the links of events in the answer to a request: absolute URLs. */
export function eventLinks(
  publicUrl: string | undefined,
  request: Pick<FastifyRequest, 'protocol' | 'host'>,
  eventId: string,
): EventLinks {
  const event = `${baseUrl(publicUrl, request)}/v1/events/${encodeURIComponent(eventId)}`;
  return { event, body: `${event}/body`, invocations: `${event}/invocations` };
}
