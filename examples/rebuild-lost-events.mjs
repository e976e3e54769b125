// @ts-check
// Writes what a webhook could not deliver in the last days, one line of JSON for each invocation,
// as it was sent: `{ id, eventType, status, payload }`.
//
//     node rebuild-lost-events.mjs WEBHOOK_ID > lost.jsonl
//
// Where and as whom: ZENDESK_BASE_URL or ZENDESK_SUBDOMAIN, and ZENDESK_ACCESS_TOKEN or one of the
// other pairs that the SDK reads. Without WEBHOOK_ID, all webhooks are looked at.
import { Zendesk } from '@hooktrail/sdk';

/** What is still on its way, or has arrived, is not lost. */
const NOT_LOST = new Set(['accepted', 'success']);

const zendesk = new Zendesk();
const [webhookId] = process.argv.slice(2);
const webhooks = webhookId
  ? [await zendesk.webhooks.get(webhookId)]
  : await zendesk.webhooks.list().all();
let rebuilt = 0;
let gone = 0;

for (const webhook of webhooks) {
  for await (const invocation of zendesk.webhookInvocations.list(webhook.id).uniqueById()) {
    if (NOT_LOST.has(invocation.status) || invocation.nextAttemptAt) continue;
    const attempts = await zendesk.webhookInvocations.listAttempts(webhook.id, invocation.id);
    // Every attempt sends the same bytes, so any of them will do; an attempt of long ago may have
    // lost its body.
    const payload = attempts.find((attempt) => attempt.request?.payload !== undefined)?.request
      ?.payload;
    if (payload === undefined) {
      gone += 1;
      console.error(`${invocation.id}: no attempt shows what was sent`);
      continue;
    }
    rebuilt += 1;
    const { id, eventType, status } = invocation;
    console.log(JSON.stringify({ id, eventType, status, payload }));
  }
}

console.error(`${rebuilt} payloads rebuilt, ${gone} gone`);
