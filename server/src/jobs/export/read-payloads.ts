import type { Runner } from '../../database/database.ts';
import { inFamily } from '../../sql/parts/in-family.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import { readEventBody } from '../../sql/read-event-body.ts';
import { readEvents } from '../../sql/read-events.ts';
import { firstBytes } from '../../trail/first-bytes.ts';
import { type Payload, SHOWN_BYTES } from '../../trail/list-attempts.ts';

/** Reads what was sent of some events, as attempts show it: the beginning, and the length of the whole. */
export async function readPayloads(
  database: Runner,
  accountId: number,
  family: Family,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, Payload>> {
  const ids = [...new Set(eventIds)].sort();
  const payloads = new Map<string, Payload>();
  if (ids.length === 0) return payloads;
  const events = ids.map((id) => ({ accountId, id }));
  const found = await database.run(inFamily(readEvents, family), { events, maxBytes: SHOWN_BYTES });
  for (const { body, id } of found) {
    if (body !== null) {
      payloads.set(id, { text: body, length: Buffer.byteLength(body) });
      continue;
    }
    const request = { accountId, id, maxCharacters: SHOWN_BYTES };
    const [event] = await database.run(inFamily(readEventBody, family), request);
    if (event === undefined || event.beginning === null || event.length === null) continue;
    payloads.set(id, { text: firstBytes(event.beginning, SHOWN_BYTES), length: event.length });
  }
  return payloads;
}
