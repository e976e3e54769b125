import { callApi } from '@hooktrail/harness/call-api';
import { TOKEN } from './token.ts';

const TIME_LIMIT_MS = 30_000;

interface NewWebhook {
  readonly name: string;
  readonly port: number;
  readonly subscriptions: readonly string[];
  /** Delivery rules of its own. */
  readonly delivery?: Readonly<Record<string, unknown>>;
}

/** Makes a webhook on a node, for the endpoint on a port of this machine; resolves to its id. */
export async function makeWebhook(nodeUrl: string, webhook: NewWebhook): Promise<string> {
  const { name, port, subscriptions, delivery } = webhook;
  const call = async (method: 'POST' | 'PUT', path: string, body: unknown, expected: number) => {
    const answer = await callApi({
      ...{ method, token: TOKEN, url: nodeUrl + path, body, timeLimitMs: TIME_LIMIT_MS },
    });
    if (answer.status === expected) return answer.body;
    throw new Error(`${method} of ${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  const made = await call(
    'POST',
    '/api/v2/webhooks',
    {
      webhook: {
        name,
        endpoint: `http://127.0.0.1:${port}/`,
        http_method: 'POST',
        request_format: 'json',
        status: 'active',
        subscriptions,
      },
    },
    201,
  );
  const { id } = (made as { webhook: { id: string } }).webhook;
  if (delivery !== undefined) {
    await call('PUT', `/v1/webhooks/${id}/delivery`, { delivery }, 200);
  }
  return id;
}
