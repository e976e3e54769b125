import { DIRECT } from '../model/webhook.ts';
import type { WholeInvocationRow } from '../sql/read-invocation.ts';

/**
 * The id of an invocation's event that its publisher knows and receivers get: the one in its body.
 * The payload of a direct invocation is no event; the trail's own id stands for it. It is parsed
 * here, for PostgreSQL refuses escapes such as `\u0000` that a valid event may have.
 */
export function publicEventId(
  { event_id: storedId, event_type: type }: Pick<WholeInvocationRow, 'event_id' | 'event_type'>,
  body: string,
): string {
  if (type === DIRECT) return storedId;
  return (JSON.parse(body) as { id?: string }).id ?? storedId;
}
