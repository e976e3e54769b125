import { expect, test } from 'vitest';
import { maskedWebhook } from './masked-webhook.ts';

const open = {
  endpoint: 'https://example.com/hook',
  customHeaders: undefined,
  externalSource: undefined,
};

test('masks guarded fields, in the form of their values', () => {
  expect(
    maskedWebhook({
      name: 'Orders',
      endpoint: 'https://example.com/hook?token=S1',
      customHeaders: { 'X-Team': 'S2', Authorization: 'Bearer S3' },
      externalSource: { type: 'app', data: { key: 'S4' } },
    }),
  ).toEqual({
    name: 'Orders',
    endpoint: 'https://example.com/hook?********',
    customHeaders: { 'X-Team': '********', Authorization: '********' },
    externalSource: { type: '********' },
  });
});

test('shows that there is nothing to mask', () => {
  expect(maskedWebhook(open)).toEqual(open);
  expect(maskedWebhook({ ...open, externalSource: 'S' }).externalSource).toEqual({
    type: '********',
  });
});
