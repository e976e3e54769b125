import { expect, test } from 'vitest';
import { newId } from '../model/ids.ts';
import { skippedText } from './skipped-text.ts';

test('nothing is kept of an event that skipped no webhook', () => {
  expect(skippedText([])).toBeUndefined();
});

test('keeps the webhooks and the reason', () => {
  const webhookIds = ['A', 'B'];
  expect(JSON.parse(skippedText([{ reason: 'inactive', webhookIds }]) as string)).toEqual([
    { reason: 'inactive', count: 2, webhook_ids: ['A', 'B'] },
  ]);
});

test('keeps a thousand ids in all, and every count', () => {
  const webhookIds = Array.from({ length: 700 }, () => newId(1));
  const skipped = { reason: 'inactive', webhookIds } as const;
  const text = skippedText([skipped, skipped, skipped]) as string;
  expect(text.length).toBeLessThan(32 * 1024);
  expect(
    JSON.parse(text).map((one: { count: number; webhook_ids: string[] }) => [
      one.count,
      one.webhook_ids.length,
    ]),
  ).toEqual([
    [700, 700],
    [700, 300],
    [700, 0],
  ]);
});
