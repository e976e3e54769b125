// @ts-check
// Lists the failed invocations of the last day, webhook by webhook.
//
// Set ZENDESK_BASE_URL or ZENDESK_SUBDOMAIN, and ZENDESK_ACCESS_TOKEN or another pair of
// credentials that the SDK reads.
import { Zendesk } from '@hooktrail/sdk';

const DAY_MS = 24 * 60 * 60 * 1000;

// Zendesk filters by a single status, so this script filters failures itself.
const NOT_FAILED = new Set(['accepted', 'success']);

const zendesk = new Zendesk();
const filterFromTs = new Date(Date.now() - DAY_MS);
let failures = 0;

for await (const webhook of zendesk.webhooks.list()) {
  const invocations = zendesk.webhookInvocations.list(webhook.id, { filterFromTs });
  // Zendesk lists an invocation once per attempt; the newest row has its current status.
  for await (const invocation of invocations.uniqueById()) {
    if (NOT_FAILED.has(invocation.status)) continue;
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
