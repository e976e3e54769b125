import type { Webhook } from '@hooktrail/sdk';
import { expect, test } from 'vitest';
import { changesOf, draftOf, keptOf } from './webhook-draft.ts';

const WEBHOOK: Webhook = {
  id: '01J0000000000000000000000A',
  name: 'Orders',
  description: 'of the shop',
  status: 'active',
  subscriptions: ['order.paid', 'order.refunded'],
  createdAt: new Date(0),
  createdBy: 'me',
  endpoint: 'https://example.com/hooks',
  httpMethod: 'POST',
  requestFormat: 'json',
  authentication: { type: 'bearer_token', addPosition: 'header' },
  customHeaders: { 'X-Key': 's3cret' },
};

const base = draftOf(WEBHOOK);

test('keeps only what was written, and of that nothing that may be a secret', () => {
  const draft = {
    ...base,
    name: 'Orders, EU',
    headers: 'X-Key: another',
    authentication: 'api_key',
    username: 'X-Api-Key',
    secret: 'hush',
    endpoint: 'https://example.com/hooks?token=hush',
  } as const;
  expect(keptOf(draft, base)).toEqual({
    name: 'Orders, EU',
    authentication: 'api_key',
    username: 'X-Api-Key',
  });
  expect(keptOf({ ...base, endpoint: 'https://me:hush@example.com/' }, base)).toEqual({});
  expect(keptOf({ ...base, endpoint: 'https://example.com/new' }, base)).toEqual({
    endpoint: 'https://example.com/new',
  });
  expect(keptOf(base, base)).toEqual({});
});

test('changes only what the form changed', () => {
  expect(changesOf(base, base)).toEqual({});
  // Spaces and empty lines are no change.
  const spaced = { ...base, name: ' Orders ', subscriptions: 'order.paid\n\n order.refunded \n' };
  expect(changesOf(spaced, base)).toEqual({});
  expect(changesOf({ ...base, description: '' }, base)).toEqual({ description: null });
  expect(changesOf({ ...base, headers: '' }, base)).toEqual({ customHeaders: null });
  expect(changesOf({ ...base, authentication: '' }, base)).toEqual({ authentication: null });
  expect(changesOf({ ...base, authentication: 'bearer_token', secret: 'new' }, base)).toEqual({
    authentication: { type: 'bearer_token', data: { token: 'new' }, addPosition: 'header' },
  });
  expect(changesOf({ ...base, subscriptions: 'order.paid' }, base)).toEqual({
    subscriptions: ['order.paid'],
  });
});
