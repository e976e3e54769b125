import type { FastifyRequest } from 'fastify';
import type { Accepted } from '../../accept/acceptor.ts';
import { eventLinks } from './event-links.ts';

/** The answer to a publisher, with links where it counts what it does not list. */
export interface LinkedAnswer extends Accepted {
  readonly links?: { readonly event: string; readonly invocations: string };
}

/** Adds to an answer that lists nothing where the event and its invocations are. */
export function withLinks(
  answer: Accepted,
  publicUrl: string | undefined,
  request: Pick<FastifyRequest, 'protocol' | 'host'>,
): LinkedAnswer {
  if (answer.invocations_count === undefined) return answer;
  const { event, invocations } = eventLinks(publicUrl, request, answer.event.id);
  return { ...answer, links: { event, invocations } };
}
