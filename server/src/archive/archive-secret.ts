import { storeWebhookSecret } from '../sql/update-archive-webhook.ts';
import { RemoteFailure } from './remote/remote-failure.ts';
import type { SourceHold } from './source-hold.ts';
import type { WebhookState } from './webhook-state.ts';

/** Reads the signing secret of a webhook, sealed for resends. @throws RemoteFailure */
export async function archiveSecret(hold: SourceHold, webhook: WebhookState): Promise<void> {
  const { secrets } = hold.parts;
  try {
    const secret = await hold.ask((remote) => remote.signingSecret(webhook.remoteId));
    const sealed = secrets.seal(secret);
    await hold.moved({ ...webhook, needsSecret: false }, async (runner) => {
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
  }
}
