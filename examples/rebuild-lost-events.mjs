// @ts-check
// Writes the payloads that a webhook could not deliver in the last days, as they were sent, one
// line of JSON per invocation: `{ id, eventType, status, payload }`.
//
//     node rebuild-lost-events.mjs WEBHOOK_ID > lost.jsonl
//
// Set ZENDESK_BASE_URL or ZENDESK_SUBDOMAIN, and ZENDESK_ACCESS_TOKEN or another pair of
// credentials that the SDK reads. Without WEBHOOK_ID it reads all webhooks.
import { Zendesk } from '@hooktrail/sdk';

/** Invocations that are still to be delivered, or were delivered. */
const NOT_LOST = new Set(['accepted', 'success']);

const zendesk = new Zendesk();
const [webhookId] = process.argv.slice(2);
const webhooks = webhookId
  ? [await zendesk.webhooks.get(webhookId)]
  : await zendesk.webhooks.list().all();
let rebuilt = 0;
let missing = 0;

for (const webhook of webhooks) {
  for await (const invocation of zendesk.webhookInvocations.list(webhook.id).uniqueById()) {
    if (NOT_LOST.has(invocation.status) || invocation.nextAttemptAt) continue;
    const attempts = await zendesk.webhookInvocations.listAttempts(webhook.id, invocation.id);
    // Every attempt sends the same bytes, so any one will do; an old one may have lost its body.
    const payload = attempts.find((attempt) => attempt.request?.payload !== undefined)?.request
      ?.payload;
    if (payload === undefined) {
      missing += 1;
      console.error(`${invocation.id}: no attempt shows what was sent`);
      continue;
    }
    rebuilt += 1;
    const { id, eventType, status } = invocation;
    console.log(JSON.stringify({ id, eventType, status, payload }));
  }
}

console.error(`${rebuilt} payloads rebuilt, ${missing} gone`);
