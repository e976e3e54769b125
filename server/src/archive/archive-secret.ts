import { HOUR_MS } from '../model/time-units.ts';
import { storeWebhookSecret, updateArchiveWebhook } from '../sql/update-archive-webhook.ts';
import { RemoteFailure } from './remote/remote-failure.ts';
import type { SourceHold } from './source-hold.ts';
import { SECRET_EVERY_MS, stateParams, type WebhookState } from './webhook-state.ts';

/** A secret that is there is used meanwhile. */
const AGAIN_MS = HOUR_MS;

/** Reads the signing secret of a webhook, sealed for resends. @throws RemoteFailure */
export async function archiveSecret(hold: SourceHold, webhook: WebhookState): Promise<void> {
  const { clock, secrets } = hold.parts;
  try {
    const secret = await hold.ask((remote) => remote.signingSecret(webhook.remoteId));
    const sealed = secrets.seal(secret);
    const read = { hasSecret: true, secretReadMs: clock.now(), needsSecret: false };
    await hold.moved({ ...webhook, ...read }, async (runner) => {
      await runner.run(storeWebhookSecret, { id: webhook.id, secret: sealed });
    });
  } catch (error) {
    if (!(error instanceof RemoteFailure) || error.code === 'throttled') throw error;
    const isRefused = error.code === 'forbidden' || error.code === 'unauthorized';
    // In the next hold again: a secret that cannot be had keeps nothing else waiting.
    if (isRefused) hold.withoutSecrets = true;
    for (const one of hold.webhooks.values()) {
      if (isRefused || one.id === webhook.id) {
        hold.webhooks.set(one.id, { ...one, needsSecret: false });
      }
    }
    if (webhook.hasSecret) await keepSecret(hold, { ...webhook, needsSecret: false });
  }
}

/** Keeps the secret that was read before. */
async function keepSecret(hold: SourceHold, webhook: WebhookState): Promise<void> {
  const secretReadMs = hold.parts.clock.now() - SECRET_EVERY_MS + AGAIN_MS;
  const kept = { ...webhook, secretReadMs };
  await hold.write(async (runner) => {
    await runner.run(updateArchiveWebhook, stateParams(kept));
  });
  hold.webhooks.set(webhook.id, kept);
}
