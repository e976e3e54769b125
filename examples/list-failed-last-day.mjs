// @ts-check
// Lists the invocations of the last day that failed, webhook by webhook.
//
// Where and as whom: ZENDESK_BASE_URL or ZENDESK_SUBDOMAIN, and ZENDESK_ACCESS_TOKEN or one of the
// other pairs that the SDK reads.
import { Zendesk } from '@hooktrail/sdk';

const DAY_MS = 24 * 60 * 60 * 1000;

// Zendesk filters by one status at a time, so what failed is told apart here.
const FINE = new Set(['accepted', 'success']);

const zendesk = new Zendesk();
const filterFromTs = new Date(Date.now() - DAY_MS);
let failures = 0;

for await (const webhook of zendesk.webhooks.list()) {
  const invocations = zendesk.webhookInvocations.list(webhook.id, { filterFromTs });
  // Zendesk lists an invocation again for each attempt; the newest row is how it stands.
  for await (const invocation of invocations.uniqueById()) {
    if (FINE.has(invocation.status)) continue;
    failures += 1;
    console.log(
      [
        (invocation.latestCompletedAt ?? invocation.createdAt).toISOString(),
        webhook.name,
        invocation.id,
        invocation.eventType,
        invocation.statusCode ?? '-',
        invocation.status,
        `${invocation.attemptsCount} attempts`,
      ].join('\t'),
    );
  }
}

console.error(`${failures} invocations failed since ${filterFromTs.toISOString()}`);
