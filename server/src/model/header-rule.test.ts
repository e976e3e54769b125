import { expect, test } from 'vitest';
import { headerRule } from './header-rule.ts';

test.each([
  'Host',
  'CONTENT-LENGTH',
  'Transfer-Encoding',
  'Proxy-Authorization',
  'webhook-signature',
  'X-Zendesk-Account-Id',
  'x-zendesk-webhook-anything',
  'X_Zendesk_Webhook_Signature',
  'Content_Length',
])('%s is ours', (name) => expect(headerRule(name)).toBe('ours'));

test.each(['Accept', 'content-TYPE', 'User-Agent'])('%s has a default of ours', (name) =>
  expect(headerRule(name)).toBe('default'),
);

test.each(['Authorization', 'Cookie', 'X-Api-Key', 'x_api_key', 'Accept-Language', 'X-Zendesk'])(
  '%s is free',
  (name) => expect(headerRule(name)).toBe('free'),
);
