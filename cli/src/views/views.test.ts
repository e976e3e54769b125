import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { View } from '../output/view.ts';
import { alertMuteView } from './alert-mute-view.ts';
import { alertRouteView } from './alert-route-view.ts';
import { alertRuleView } from './alert-rule-view.ts';
import { alertView } from './alert-view.ts';
import { attemptView } from './attempt-view.ts';
import { eventView } from './event-view.ts';
import { gapView } from './gap-view.ts';
import { inboxView } from './inbox-view.ts';
import { invocationDetailsView } from './invocation-details-view.ts';
import { invocationView } from './invocation-view.ts';
import { keyView } from './key-view.ts';
import { nodeView } from './node-view.ts';
import { problemView } from './problem-view.ts';
import { reconciledHourView } from './reconciled-hour-view.ts';
import { reconciledView } from './reconciled-view.ts';
import { savedViewView } from './saved-view-view.ts';
import { sourceView } from './source-view.ts';
import { sourceWebhookView } from './source-webhook-view.ts';
import { undeliveredView } from './undelivered-view.ts';
import { webhookInvocationView } from './webhook-invocation-view.ts';
import { webhookView } from './webhook-view.ts';

const GOLDEN = new URL('../../../spec/golden/', import.meta.url);

/** Golden bodies by the beginning of their names, the field that has the rows, and their view. */
const CASES: readonly (readonly [RegExp, string, View])[] = [
  [/^webhooks-/, 'webhooks', webhookView],
  [/^webhook(-(api|bearer|cloned|direct|with).*)?\./, 'webhook', webhookView],
  [/^invocations-/, 'invocations', webhookInvocationView],
  [/^trail-invocations/, 'invocations', invocationView],
  [/^archived-invocations/, 'invocations', invocationView],
  [/^(trail|archived)-invocation\./, 'invocation', invocationDetailsView],
  [/^((trail|archived)-)?attempts/, 'attempts', attemptView],
  [/^resent\./, 'attempt', attemptView],
  [/^events/, 'events', eventView],
  [/^((archived)-)?event\./, 'event', eventView],
  [/^account-keys/, 'keys', keyView],
  [/^nodes/, 'nodes', nodeView],
  [/^problems/, 'problems', problemView],
  [/^undelivered/, 'undelivered', undeliveredView],
  [/^view\./, 'view', savedViewView],
  [/^views\./, 'views', savedViewView],
  [/^inboxes/, 'inboxes', inboxView],
  [/^inbox[-.]/, 'inbox', inboxView],
  [/^sources\./, 'sources', sourceView],
  [/^source-webhooks/, 'webhooks', sourceWebhookView],
  [/^source[-.]/, 'source', sourceView],
  [/^gaps\./, 'gaps', gapView],
  [/^reconciliation\./, 'hours', reconciledHourView],
  [/^reconciled-/, 'invocations', reconciledView],
  [/^alerts[-.]/, 'alerts', alertView],
  [/^alert[-.](?!(rule|mute|route))/, 'alert', alertView],
  [/^alert-rules/, 'rules', alertRuleView],
  [/^alert-rule[-.]/, 'rule', alertRuleView],
  [/^alert-mutes/, 'mutes', alertMuteView],
  [/^alert-mute[-.]/, 'mute', alertMuteView],
  [/^alert-routes/, 'routes', alertRouteView],
  [/^alert-route[-.]/, 'route', alertRouteView],
];

/** Twice on the wire for older clients, and once in the SDK. */
const TWICE = ['response_body', 'response_code', 'response_headers'];

const cases = readdirSync(GOLDEN).flatMap((name) => {
  const found = CASES.find(([pattern]) => pattern.test(name));
  return found === undefined ? [] : [{ name, field: found[1], view: found[2] }];
});

test.each(cases)('--columns knows every field of $name', ({ name, field, view }) => {
  const body = JSON.parse(readFileSync(new URL(name, GOLDEN), 'utf8')) as Record<string, object[]>;
  const rows = [body[field] ?? []].flat();
  const known = view.columns.map(({ path }) => path.split('.')[0]);
  const fields = new Set(rows.flatMap((row) => Object.keys(row)));
  expect([...fields].filter((one) => !known.includes(one) && !TWICE.includes(one))).toEqual([]);
});

test('every kind has a golden body', () => {
  expect(new Set(cases.map(({ view }) => view)).size).toBe(21);
});
