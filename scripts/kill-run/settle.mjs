import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './call.mjs';
import { TrailReader } from './read-trail.mjs';

const UNSETTLED = [
  'unknown',
  'accepted',
  'failed',
  'timeout',
  'circuit broken',
  'throttled',
  'client error',
  'server error',
];
/** First everything goes by itself: leases of 30 s, a blamed invocation's minute, the breaker's. */
const ALONE_MS = 75_000;
/** What waits for longer than this is sent by hand: a schedule and a blame can last hours. */
const SOON_MS = 20_000;

/**
 * Waits until every invocation is a success, for `limitMs` at most. Returns how many invocations
 * were sent by hand, as an operator would who does not want to wait.
 */
export async function settle({ ports, token, webhooks, limitMs }) {
  const reader = new TrailReader({ ports, token });
  const began = Date.now();
  const byHand = new Set();
  for (;;) {
    let left = 0;
    for (const { id } of webhooks) {
      for (const status of UNSETTLED) {
        const query = { 'filter[status]': status, 'page[size]': '100' };
        const path = `/api/v2/webhooks/${id}/invocations`;
        const { rows } = await reader.walk(path, 'invocations', query);
        left += rows.length;
        if (Date.now() - began < ALONE_MS) continue;
        for (const row of rows) {
          const due =
            row.next_attempt_at === undefined ? 0 : Date.parse(row.next_attempt_at) - Date.now();
          if (due <= SOON_MS || byHand.has(row.id)) continue;
          const answer = await call(
            ports[0],
            token,
            'POST',
            `/v1/webhooks/${id}/invocations/${row.id}/replay`,
          );
          // 409: an attempt is in flight, so there is nothing to do.
          if (answer.status < 300) byHand.add(row.id);
          else if (answer.status !== 409)
            throw new Error(`replay ${row.id}: ${JSON.stringify(answer.json)}`);
        }
      }
    }
    if (left === 0 || Date.now() - began > limitMs)
      return { left, byHand: byHand.size, ms: Date.now() - began };
    await sleep(2_000);
  }
}
