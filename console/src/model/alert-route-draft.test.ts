import type { AlertRoute } from '@hooktrail/sdk/hooktrail';
import { expect, test } from 'vitest';
import {
  alertRouteChangesOf,
  alertRouteDraftOf,
  alertRouteInputOf,
  keptAlertRouteDraft,
} from './alert-route-draft.ts';

const slack: AlertRoute = {
  id: '01KB8YQ6T5B3S8D1F4G7H9J2KM',
  name: 'Slack',
  kind: 'slack',
  enabled: true,
  url: 'https://hooks.slack.example/…',
  minimumSeverity: 'critical',
  createdAt: new Date(0),
  changedAt: new Date(0),
};

test('each kind gets its own target and no other', () => {
  const draft = {
    ...alertRouteDraftOf(),
    name: ' On call ',
    url: ' https://hooks.slack.example/T0/B0 ',
    bearerToken: ' s3cret ',
    addresses: 'a@b.example\n\n c@d.example',
    webhookId: 'W',
  };
  const shared = { name: 'On call', enabled: true, kinds: null, minimumSeverity: 'warning' };
  const url = 'https://hooks.slack.example/T0/B0';
  expect(alertRouteInputOf(draft)).toEqual({ ...shared, kind: 'slack', url });
  expect(alertRouteInputOf({ ...draft, kind: 'alertmanager' })).toEqual({
    ...shared,
    kind: 'alertmanager',
    url,
    bearerToken: 's3cret',
  });
  expect(alertRouteInputOf({ ...draft, kind: 'email', kinds: ['failing'] })).toEqual({
    ...shared,
    kind: 'email',
    addresses: ['a@b.example', 'c@d.example'],
    kinds: ['failing'],
  });
  expect(alertRouteInputOf({ ...draft, kind: 'webhook' })).toEqual({
    ...shared,
    kind: 'webhook',
    webhookId: 'W',
  });
});

test('the masked URL is never sent back, and an empty one leaves the stored one', () => {
  const base = alertRouteDraftOf(slack);
  expect(base.url).toBe('');
  expect(alertRouteChangesOf(base, base)).toEqual({});
  expect(alertRouteChangesOf({ ...base, enabled: 'off' }, base)).toEqual({ enabled: false });
  expect(alertRouteChangesOf({ ...base, url: 'https://new.example/' }, base)).toEqual({
    url: 'https://new.example/',
  });
});

test('a stored bearer token stays, is replaced or is removed', () => {
  const base = alertRouteDraftOf({ ...slack, kind: 'alertmanager' });
  expect(alertRouteChangesOf({ ...base, bearerToken: ' next ' }, base)).toEqual({
    bearerToken: 'next',
  });
  expect(alertRouteChangesOf({ ...base, removesToken: true }, base)).toEqual({ bearerToken: null });
  // Other kinds have none.
  const chat = alertRouteDraftOf(slack);
  expect(alertRouteChangesOf({ ...chat, removesToken: true }, chat)).toEqual({});
});

test('a browser keeps what was written, and no URL or token', () => {
  const base = alertRouteDraftOf();
  const secrets = { url: 'https://hooks.example/s3cret', bearerToken: 's3cret' };
  const draft = { ...base, name: 'On call', kinds: ['gap'], ...secrets };
  expect(keptAlertRouteDraft(draft, base)).toEqual({ name: 'On call', kinds: ['gap'] });
});
