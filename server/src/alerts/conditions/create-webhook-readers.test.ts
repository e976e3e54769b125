import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../model/time-units.ts';
import type { Webhook } from '../../model/webhook.ts';
import { defaultAlertRules } from '../../testing/default-alert-rules.ts';
import type { ConditionReader } from '../condition.ts';
import { createWebhookReaders } from './create-webhook-readers.ts';

const NOW_MS = Date.parse('2026-01-15T12:00:00Z');

/** Webhooks of account 1 whose oldest due invocation waits for so many minutes, by their ids. */
function backlogOf(minutes: Readonly<Record<string, number>>): ConditionReader {
  const webhook = (id: string) => ({ id, accountId: 1, name: id }) as Webhook;
  const [backlog] = createWebhookReaders({
    backlogs: {
      isWhole: true,
      due: () =>
        Object.entries(minutes).map(([webhookId, count]) => ({
          webhookId,
          sinceMs: NOW_MS - count * MINUTE_MS,
        })),
    },
    breakers: { all: () => [] },
    clock: { now: () => NOW_MS },
    directory: { webhook, webhooks: () => [] },
  });
  return backlog as ConditionReader;
}

test('what has only just become due is no condition', async () => {
  const found = await backlogOf({ busy: 0, late: 14.9, bad: 15 }).read(defaultAlertRules());
  expect(found).toMatchObject([{ kind: 'backlog', subject: 'bad', value: 900, sinceMs: NOW_MS }]);
  const changed = { backlog: { enabled: false } };
  expect(await backlogOf({ bad: 15 }).read(defaultAlertRules({ changed }))).toEqual([]);
});

test('with all webhooks behind, the 100 latest and those that are watched are', async () => {
  const all = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`w${n}`, 20 + n]));
  const found = await backlogOf(all).read(defaultAlertRules({ watched: ['w5'] }));
  expect(found?.map(({ subject }) => subject)).toEqual([
    ...Array.from({ length: 100 }, (_, n) => `w${999 - n}`),
    'w5',
  ]);
});
