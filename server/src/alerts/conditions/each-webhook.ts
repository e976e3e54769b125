import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Directory } from '../../directory/directory.ts';
import type { Webhook } from '../../model/webhook.ts';

/** Some 0.1 ms: requests and deliveries come in between. */
const AT_ONCE = 1_000;

/** Visits all webhooks in memory: 100,000 take some 10 ms, in pieces. */
export async function eachWebhook(
  directory: Pick<Directory, 'webhooks'>,
  visit: (webhook: Webhook) => void,
): Promise<void> {
  let visited = 0;
  for (const webhook of directory.webhooks()) {
    visit(webhook);
    visited++;
    if (visited % AT_ONCE === 0) await nextTurn();
  }
}
