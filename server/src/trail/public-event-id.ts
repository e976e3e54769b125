import { DIRECT } from '../model/webhook.ts';

interface Stored {
  readonly event_id: string;
  readonly event_type: string | null;
}

/**
 * The id of an invocation's event that its publisher knows and receivers get: the one in its body.
 * The payload of a direct invocation is no event; the trail's own id stands for it. It is parsed
 * here, for PostgreSQL refuses escapes such as `\u0000` that a valid event may have.
 */
export function publicEventId(
  { event_id: storedId, event_type: type }: Stored,
  body: string,
): string {
  if (type === DIRECT) return storedId;
  return (JSON.parse(body) as { id?: string }).id ?? storedId;
}
