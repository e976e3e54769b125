import { expect, test } from 'vitest';
import { alertMail } from './alert-mail.ts';
import type { AlertMessage } from './alert-message.ts';
import { alertmanagerAlert } from './alertmanager-alert.ts';
import { nextTryMs } from './next-try-ms.ts';
import { operationalEvent } from './operational-event.ts';
import { operationalType } from './operational-type.ts';
import { slackText } from './slack-text.ts';
import { whyDropped } from './why-dropped.ts';

const ALERT = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const WEBHOOK = '01ARZ3NDEKTSV4RRFFQ69G5FAW';
const ROUTE = '01ARZ3NDEKTSV4RRFFQ69G5FAX';

const opened: AlertMessage = {
  id: `${ALERT}.opened`,
  transition: 'opened',
  alertId: ALERT,
  accountId: 7,
  kind: 'failing',
  severity: 'critical',
  subject: WEBHOOK,
  summary: 'Webhook "Orders": 12 of 20 invocations failed (60 %) within 15 min',
  advice: 'Look at the latest failed attempts.',
  url: `https://hooks.example.com/console/webhooks/${WEBHOOK}`,
  webhook: { id: WEBHOOK, name: 'Orders' },
  value: 0.6,
  threshold: 0.5,
  startedAtMs: Date.UTC(2026, 0, 31, 12),
  openedAtMs: Date.UTC(2026, 0, 31, 12, 5),
  resolvedAtMs: undefined,
};
const resolved: AlertMessage = {
  ...opened,
  id: `${ALERT}.resolved`,
  transition: 'resolved',
  resolvedAtMs: Date.UTC(2026, 0, 31, 13),
};

test('a chat gets a text that reads the same in Slack, Mattermost and Rocket.Chat', () => {
  expect(slackText(opened)).toBe(
    [
      '*Critical*: Webhook "Orders": 12 of 20 invocations failed (60 %) within 15 min',
      'Look at the latest failed attempts.',
      `https://hooks.example.com/console/webhooks/${WEBHOOK}`,
    ].join('\n'),
  );
  expect(slackText(resolved)).toMatch(/^\*Resolved\*: Webhook/);
  expect(slackText(resolved)).not.toContain('Look at');
  // Nobody can follow a path.
  expect(slackText({ ...opened, url: '/console/' })).not.toContain('/console');
});

test('a chat calls nobody and hides no address, whatever a webhook is called', () => {
  const text = slackText({
    ...opened,
    summary:
      'Webhook "<!channel> & <https://evil.example|here> @all @Channel x@here @ann.b ann@example.com [here](https://evil.example)\nnew line": down',
  });
  expect(text.split('\n')).toHaveLength(3);
  expect(text).not.toMatch(/[<>]/);
  expect(text).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;');
  expect(text).not.toMatch(/@(all|channel|here|ann)/i);
  // An address stays one that people can copy.
  expect(text).toContain('ann@example.com');
  // Markdown of Mattermost and Rocket.Chat.
  expect(text).not.toContain('](');
});

test('an e-mail about an end is an answer to that about the beginning', () => {
  const first = alertMail(opened, ROUTE, 'example.com');
  const second = alertMail(resolved, ROUTE, 'example.com');
  expect(first.subject).toBe(
    '[Hooktrail] Critical: Webhook "Orders": 12 of 20 invocations failed (60 %) within 15 min',
  );
  expect(second.subject).toMatch(/^\[Hooktrail\] Resolved: /);
  expect(first.inReplyTo).toBeUndefined();
  expect(second.inReplyTo).toBe(first.messageId);
  expect(second.messageId).not.toBe(first.messageId);
  // Mail of the same alert by another route is another message.
  expect(alertMail(opened, WEBHOOK, 'example.com').messageId).not.toBe(first.messageId);
});

test('an e-mail has a subject of one line, and no markup of others', () => {
  const mail = alertMail(
    { ...opened, summary: `<script>"\r\nBcc: x@example.com ${'long '.repeat(100)}` },
    ROUTE,
    'example.com',
  );
  expect(mail.subject).toHaveLength(150);
  expect(mail.subject).not.toMatch(/[\r\n]/);
  expect(mail.html).not.toContain('<script>');
});

test('no name and no answer of a service adds a line to an e-mail', () => {
  const forged = 'x\nResolved: 2026-01-31 12:00:00 UTC\r\nAlert: none\u2028y';
  const mail = alertMail(
    {
      ...{ ...opened, webhook: { id: WEBHOOK, name: forged }, source: { id: ROUTE, name: forged } },
      ...{ node: forged, summary: `Source "s": its archive is 2 h behind: ${forged}` },
    },
    ROUTE,
    'example.com',
  );
  for (const text of [mail.text, mail.html.replaceAll('<br>', '\n')]) {
    const lines = text.split(/[\n\r\u2028]/);
    expect(lines.filter((line) => /^(<p>)?Resolved: /.test(line))).toEqual([]);
    expect(lines.filter((line) => /^(<p>)?Alert: /.test(line))).toHaveLength(1);
  }
});

test('an Alertmanager gets the same labels at the end as at the beginning', () => {
  const first = alertmanagerAlert(opened);
  expect(first).toEqual({
    labels: {
      alertname: 'HooktrailFailing',
      severity: 'critical',
      account: '7',
      kind: 'failing',
      subject: WEBHOOK,
      webhook: WEBHOOK,
    },
    annotations: {
      summary: opened.summary,
      description: opened.advice,
      alert_id: ALERT,
      webhook_name: 'Orders',
    },
    startsAt: '2026-01-31T12:00:00.000Z',
    generatorURL: opened.url,
  });
  const second = alertmanagerAlert({ ...resolved, webhook: { id: WEBHOOK, name: 'Renamed' } });
  expect(second.labels).toEqual(first.labels);
  expect(second.endsAt).toBe('2026-01-31T13:00:00.000Z');
  expect(alertmanagerAlert({ ...opened, kind: 'account_failing' }).labels['alertname']).toBe(
    'HooktrailAccountFailing',
  );
});

test.each([
  ['deactivated', 'opened', 'endpoint.disabled'],
  ['deactivated', 'resolved', 'alert.resolved'],
  ['failing', 'opened', 'message.attempt.failing'],
  ['failing', 'resolved', 'message.attempt.recovered'],
  ['failures', 'opened', 'message.attempt.exhausted'],
  ['storage', 'opened', 'alert.opened'],
  ['storage', 'resolved', 'alert.resolved'],
  ['test', 'test', 'alert.test'],
] as const)('the event of %s %s is %s', (kind, transition, type) => {
  expect(operationalType({ ...opened, kind, transition })).toBe(type);
});

test('an event is the same at every try', () => {
  const event = operationalEvent(resolved);
  expect(operationalEvent({ ...resolved })).toEqual(event);
  expect(JSON.parse(event.body)).toEqual({
    account_id: 7,
    detail: {
      id: ALERT,
      transition: 'resolved',
      kind: 'failing',
      severity: 'critical',
      state: 'resolved',
      summary: opened.summary,
      advice: opened.advice,
      url: opened.url,
      webhook: { id: WEBHOOK, name: 'Orders' },
      value: 0.6,
      threshold: 0.5,
      started_at: '2026-01-31T12:00:00.000Z',
      opened_at: '2026-01-31T12:05:00.000Z',
      resolved_at: '2026-01-31T13:00:00.000Z',
    },
    event: {},
    id: `${ALERT}.resolved`,
    subject: `hooktrail:alert:${ALERT}`,
    time: '2026-01-31T13:00:00.000Z',
    type: 'message.attempt.recovered',
    zendesk_event_version: '2022-11-06',
  });
});

test('tries of a notice take 24 hours', () => {
  const waits: number[] = [];
  for (let next = nextTryMs(1); next !== undefined; next = nextTryMs(waits.length + 1)) {
    waits.push(next);
  }
  const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000;
  expect(waits[0]).toBe(30_000);
  expect(Math.max(...waits)).toBe(3_600_000);
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThan(25);
});

test('what is about a webhook that alerts are sent to goes to no webhook', () => {
  const routeTo = (webhookId: string) => ({
    enabled: true,
    target: { kind: 'webhook', webhookId } as const,
  });
  const chat = {
    enabled: true,
    target: {
      kind: 'slack',
      url: 'https://chat.example/x',
      authentication: { type: 'none' },
    } as const,
  };
  const routes = [routeTo('first'), routeTo('second'), chat];
  const about = (webhookId: string | undefined) =>
    ({ webhookId, transition: 'opened', openedState: undefined }) as const;
  for (const route of routes.slice(0, 2)) {
    for (const id of ['first', 'second']) {
      expect(whyDropped(route, routes, about(id))).toContain('alerts are sent to');
    }
    expect(whyDropped(route, routes, about('third'))).toBeUndefined();
    expect(whyDropped(route, routes, about(undefined))).toBeUndefined();
  }
  expect(whyDropped(chat, routes, about('first'))).toBeUndefined();
});

test('nobody is told of the end of what nobody was told of', () => {
  const chat = { enabled: true, target: { kind: 'email', addresses: [] } as const };
  const end = { webhookId: undefined, transition: 'resolved' } as const;
  for (const openedState of ['dropped', 'failed']) {
    expect(whyDropped(chat, [], { ...end, openedState })).toContain('nobody was told');
  }
  expect(whyDropped(chat, [], { ...end, openedState: 'sent' })).toBeUndefined();
  expect(whyDropped({ ...chat, enabled: false }, [], { ...end, openedState: 'sent' })).toContain(
    'switched off',
  );
});
