import { expect } from 'vitest';
import { call } from './test-node.ts';

/** Makes an active webhook for one event type, and resolves to its id. */
export async function subscribe(url: string, type: string, endpoint: string): Promise<string> {
  const { status, body } = await call(url, 'POST', '/api/v2/webhooks', {
    webhook: {
      name: type,
      endpoint,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [type],
    },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.webhook.id;
}
