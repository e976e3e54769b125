import { requestApi } from './request-api.ts';

/** A webhook of the measured server. */
export interface BenchWebhook {
  readonly id: string;
  /** The only event type that it subscribes to, so scenarios do not interfere. */
  readonly type: string;
}

/** Makes and changes webhooks over the API. */
export interface Webhooks {
  /** Makes one webhook for each port, each with its own event type unless `type` is given. */
  create(ports: readonly number[], type?: string): Promise<BenchWebhook[]>;
  /** Sets the delivery rules of a webhook, as the API names them. */
  setRules(webhook: BenchWebhook, rules: Readonly<Record<string, unknown>>): Promise<void>;
  setStatus(webhooks: readonly BenchWebhook[], status: 'active' | 'inactive'): Promise<void>;
  /** Pauses a webhook: what is published for it waits. */
  pause(webhook: BenchWebhook): Promise<void>;
}

/** Returns access to the webhooks of the server at `url`. */
export function createWebhooks(url: string): Webhooks {
  let made = 0;

  const call = <Body>(method: string, path: string, body: unknown) =>
    requestApi<Body>(url, method, path, body);

  return {
    async create(ports, type) {
      const webhooks: BenchWebhook[] = [];
      for (const port of ports) {
        const name = `bench ${++made}`;
        const subscription = type ?? `bench.w${made}`;
        const { webhook } = await call<{ webhook: { id: string } }>('POST', '/api/v2/webhooks', {
          webhook: {
            name,
            endpoint: `http://127.0.0.1:${port}/`,
            http_method: 'POST',
            request_format: 'json',
            status: 'active',
            subscriptions: [subscription],
          },
        });
        webhooks.push({ id: webhook.id, type: subscription });
      }
      return webhooks;
    },

    async setRules({ id }, rules) {
      await call('PUT', `/v1/webhooks/${id}/delivery`, { delivery: rules });
    },

    async pause({ id }) {
      await call('POST', `/v1/webhooks/${id}/pause`, {});
    },

    async setStatus(webhooks, status) {
      for (const { id } of webhooks) {
        await call('PATCH', `/api/v2/webhooks/${id}`, { webhook: { status } });
      }
    },
  };
}
