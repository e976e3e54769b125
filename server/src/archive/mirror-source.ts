import { newId } from '../model/ids.ts';
import { MOST_KNOWN_WEBHOOKS, MOST_SOURCE_WEBHOOKS } from '../model/source.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import { type MirroredWebhook, mirrorWebhooks } from '../sql/mirror-webhooks.ts';
import { updateArchiveWebhook } from '../sql/update-archive-webhook.ts';
import { forgetLost } from './forget-lost.ts';
import { mirrored } from './poll/mirrored.ts';
import type { SourceHold } from './source-hold.ts';
import { stateParams, type WebhookState } from './webhook-state.ts';

const MIRROR_EVERY_MS = 5 * MINUTE_MS;

/**
 * A link to an inbox holds from so long after it was seen first: the service may send by the endpoint of before for
 * a moment, and its clock is known to the second.
 */
const LINK_AFTER_MS = MINUTE_MS;

/** 10,000 webhooks. A service whose pages lead in a circle would be asked for ever. */
const MOST_PAGES = 100;

/** Reads which webhooks a source has, and which are gone. @throws RemoteFailure */
export async function mirrorSource(hold: SourceHold): Promise<void> {
  const { clock, inboxOf, row } = hold.parts;
  const linkedUntilMs = hold.remoteMs;
  const found = new Map<string, MirroredWebhook>();
  let tooMany = false;
  let after: string | undefined;
  let pages = 0;
  do {
    const page = await hold.ask((remote) => remote.webhooks(after));
    for (const item of page.items) {
      const one = mirrored(item, newId(clock.now()), row.masking ? hold.masker : undefined);
      const isWanted = row.only_webhooks === null || row.only_webhooks.includes(one.remoteId);
      if (!isWanted || found.has(one.remoteId)) continue;
      if (found.size >= MOST_SOURCE_WEBHOOKS) tooMany = true;
      else {
        const inboxId = one.endpoint && inboxOf(row.account_id, one.endpoint);
        found.set(one.remoteId, { ...one, inboxId: inboxId || null });
      }
    }
    pages++;
    if (page.after !== undefined && pages >= MOST_PAGES) tooMany = true;
    after = tooMany ? undefined : page.after;
    await hold.renew();
  } while (after !== undefined);

  const nowMs = clock.now();
  const linkedSinceMs = hold.remoteMs + LINK_AFTER_MS;
  const known = new Map([...hold.webhooks.values()].map((one) => [one.remoteId, one]));
  let room = MOST_KNOWN_WEBHOOKS - known.size;
  const kept = [...found.values()].filter(({ remoteId }) => known.has(remoteId) || room-- > 0);
  if (kept.length < found.size) tooMany = true;
  const changed = [...known.values()].flatMap((webhook): WebhookState[] => {
    // Of a list that was cut off, nothing is known of the rest.
    const isThere = found.has(webhook.remoteId);
    if (isThere && webhook.goneMs !== null) return [{ ...webhook, goneMs: null, dueMs: nowMs }];
    if (!isThere && !tooMany && webhook.goneMs === null) {
      return [{ ...webhook, goneMs: nowMs, dueMs: nowMs }];
    }
    return [];
  });
  hold.facts = {
    ...hold.facts,
    mirroredMs: nowMs,
    failures: 0,
    error: tooMany
      ? {
          code: 'limit',
          text: `the account has more than ${MOST_SOURCE_WEBHOOKS} webhooks, or had more than ${MOST_KNOWN_WEBHOOKS}: name those to archive`,
          atMs: nowMs,
        }
      : null,
  };
  hold.notBeforeMs = 0;
  await hold.write(async (runner) => {
    if (kept.length > 0) {
      const { account_id: accountId, id: sourceId } = row;
      await runner.run(mirrorWebhooks, {
        accountId,
        sourceId,
        seenAtMs: nowMs,
        linkedSinceMs,
        linkedUntilMs,
        webhooks: kept,
      });
    }
    for (const webhook of changed) await runner.run(updateArchiveWebhook, stateParams(webhook));
  });
  hold.mirrorDueMs = nowMs + MIRROR_EVERY_MS;
  await hold.load();
  await forgetLost(hold);
}
