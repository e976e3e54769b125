import type { Webhook } from '@hooktrail/sdk';
import type { Hooktrail } from '@hooktrail/sdk/hooktrail';
import type { ClosedPort } from './hold-closed-port.ts';
import type { Endpoints } from './open-endpoints.ts';
import type { Scene } from './scene.ts';
import { SCENES } from './scenes.ts';

/** A scene and its webhook. */
export interface Actor {
  readonly scene: Scene;
  readonly webhook: Webhook;
}

/** Makes the webhooks over the API, and gives their signing secrets to the endpoints. */
export async function makeWebhooks(
  client: Hooktrail,
  endpoints: Endpoints,
  closed: ClosedPort,
): Promise<Actor[]> {
  const actors: Actor[] = [];
  for (const scene of SCENES) {
    const { name, subscription, authentication, behaviour } = scene;
    const webhook = await client.webhooks.create({
      name,
      endpoint:
        behaviour === 'closed' ? `http://127.0.0.1:${closed.port}/` : endpoints.url(behaviour),
      httpMethod: 'POST',
      requestFormat: 'json',
      status: 'active',
      subscriptions: [subscription],
      authentication,
    });
    // A breaker would open, and hold back the retries that the demo shows.
    await client.webhooks.updateDelivery(webhook.id, { breaker: null });
    const { secret } = await client.webhooks.getSigningSecret(webhook.id);
    endpoints.trust(webhook.id, secret);
    actors.push({ scene, webhook });
  }
  return actors;
}
