import { expect, test } from 'vitest';
import { isQuotable } from './is-quotable.ts';

test.each([
  'webhook',
  'webhook.name',
  'webhook.subscriptions.2',
  'webhook.authentication.type',
  'webhook.authentication.add_position',
  'request.authentication.data.username',
  'request.authentication.data.name',
  'delivery.rate_limit.requests',
])('%s', (path) => expect(isQuotable(path.split('.'))).toBe(true));

test.each([
  'webhook.endpoint',
  'request.endpoint',
  'webhook.authentication',
  'webhook.authentication.data',
  'webhook.authentication.data.password',
  'webhook.authentication.data.token',
  'webhook.authentication.data.value',
  'webhook.custom_headers',
  'webhook.custom_headers.X-Team',
  'webhook.external_source.data',
  'webhook.signing_secret.secret',
  'signing_secret',
])('not %s', (path) => expect(isQuotable(path.split('.'))).toBe(false));
