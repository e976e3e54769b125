import { hash } from 'node:crypto';
import type { Idempotency, Publication } from '../../accept/acceptor.ts';
import { completeEvent } from '../../accept/complete-event.ts';
import type { Clock } from '../../model/clock.ts';
import { newId } from '../../model/ids.ts';
import { explainEvent } from './explain-event.ts';

/**
 * Makes what the acceptor takes of the raw text of an event.
 *
 * @param key The `Idempotency-Key` header; without it, the event's own id does its work.
 * @throws ApiError when it is not a valid event.
 */
export function prepareEvent(
  text: string,
  accountId: number,
  key: string | undefined,
  clock: Clock,
): Publication {
  const timeMs = clock.now();
  const complete = completeEvent(text, { accountId, id: newId(timeMs), timeMs });
  if (complete === undefined) return explainEvent(text);
  const { event, givenId } = complete;
  if (key !== undefined) return { event, idempotency: idempotency(`key:${key}`, text) };
  if (givenId !== undefined) return { event, idempotency: idempotency(`event:${givenId}`, text) };
  return { event, idempotency: undefined };
}

function idempotency(key: string, text: string): Idempotency {
  // Without the space around it, so that a line of a batch and the same line sent alone are equal.
  // It is valid JSON: what trim takes away is JSON's own white space.
  return { key, fingerprint: hash('sha256', text.trim(), 'buffer') };
}
