import { expect, test } from 'vitest';
import { eachOnce } from './each-once.ts';

test('each name goes out once, from the first of credentials, custom headers and defaults', () => {
  expect(
    eachOnce({
      defaults: [
        ['Content-Type', 'application/json'],
        ['User-Agent', 'Hooktrail'],
        ['Accept', '*/*'],
      ],
      custom: [
        ['x-key', 'custom'],
        ['accept', 'text/plain'],
        ['X-A', '1'],
        ['x-a', '2'],
      ],
      credentials: [
        ['X-Key', 'secret'],
        ['user-AGENT', 'key'],
      ],
    }),
  ).toEqual({
    defaults: [['Content-Type', 'application/json']],
    custom: [
      ['accept', 'text/plain'],
      ['X-A', '1'],
    ],
    credentials: [
      ['X-Key', 'secret'],
      ['user-AGENT', 'key'],
    ],
  });
});

test('what only Hooktrail sets is not sent for a webhook', () => {
  expect(
    eachOnce({
      defaults: [],
      custom: [
        ['Host', 'other.example'],
        ['X_Zendesk_Webhook_Id', 'other'],
      ],
      credentials: [['webhook-ID', 'key']],
    }),
  ).toEqual({ defaults: [], custom: [], credentials: [] });
});
