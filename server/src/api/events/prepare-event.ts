import { hash } from 'node:crypto';
import type { Acceptor, Idempotency, Publication } from '../../accept/acceptor.ts';
import { completeEvent, type EventSearch } from '../../accept/complete-event.ts';
import type { Clock } from '../../model/clock.ts';
import { newId } from '../../model/ids.ts';
import { explainEvent } from './explain-event.ts';

/**
 * Turns the raw text of an event into what the acceptor stores.
 *
 * @param key The `Idempotency-Key` header. Without it, the event's own id is the idempotency key.
 * @throws ApiError when the text is not a valid event.
 */
export function prepareEvent(
  text: string,
  accountId: number,
  key: string | undefined,
  clock: Clock,
  search: EventSearch,
  eventId: Acceptor['eventId'],
): Publication {
  const timeMs = clock.now();
  const id = eventId ? (type: string) => eventId(accountId, type) : newId(timeMs);
  const complete = completeEvent(text, { accountId, id, timeMs }, search);
  if (complete === undefined) return explainEvent(text);
  const { event, givenId } = complete;
  if (key !== undefined) return { event, idempotency: idempotency(`key:${key}`, text) };
  if (givenId !== undefined) return { event, idempotency: idempotency(`event:${givenId}`, text) };
  return { event, idempotency: undefined };
}

function idempotency(key: string, text: string): Idempotency {
  // Trimmed, so that an event in a batch and the same event sent alone have the same fingerprint.
  // The text is valid JSON, so trim removes only JSON white space.
  return { key, fingerprint: hash('sha256', text.trim(), 'buffer') };
}
