import { expect, test } from 'vitest';
import { Metrics } from './metrics.ts';
import { TopWebhooks } from './top-webhooks.ts';

function scene(most: number) {
  const metrics = new Metrics();
  const top = new TopWebhooks({ metrics, most, nameOf: (id) => `name of ${id}` });
  const attempt = (webhookId: string, times: number) => {
    for (let n = 0; n < times; n++) top.attempted(webhookId, 'success', 0.1);
  };
  const counts = () =>
    Object.fromEntries(
      (metrics.read()[0]?.samples ?? [])
        .filter(({ labels }) => labels['status'] === 'success')
        .map(({ labels, value }) => [labels['webhook_id'], value]),
    );
  return { attempt, counts, metrics, top };
}

test('a busier webhook takes the place of the least busy one, and no attempt is lost or counted twice', () => {
  const { attempt, counts, top } = scene(2);
  top.change(0);
  attempt('a', 10);
  attempt('b', 3);
  attempt('c', 6);
  expect(counts()).toEqual({ a: 10, b: 3, other: 6 });
  // Not before a minute is over, and not for a webhook that is only as busy as twice that one.
  top.change(59_999);
  expect(counts()).toEqual({ a: 10, b: 3, other: 6 });
  top.change(60_000);
  expect(counts()).toEqual({ a: 10, b: 3, other: 6 });
  attempt('a', 4);
  attempt('b', 3);
  attempt('c', 7);
  top.change(120_000);
  expect(counts()).toEqual({ a: 14, c: 0, other: 13 });
  attempt('c', 1);
  attempt('b', 1);
  expect(counts()).toEqual({ a: 14, c: 1, other: 14 });
});

test('names are valid UTF-8 and not too long', () => {
  const { top } = scene(1);
  top.attempted('a', 'failed', 1);
  expect(top.labelsOf('a')).toEqual(['a', 'name of a']);
  expect(top.labelsOf('b')).toEqual(['other', 'other']);
  const odd = new TopWebhooks({
    metrics: new Metrics(),
    most: 1,
    nameOf: () => `\ud800x${'y'.repeat(500)}`,
  });
  odd.attempted('a', 'failed', 1);
  expect(odd.labelsOf('a')[1]).toBe(`\ufffdx${'y'.repeat(198)}`);
});

test('what a hundred thousand webhooks do takes no more than ten thousand entries', () => {
  const { attempt, counts, top } = scene(1);
  for (let n = 0; n < 100_000; n++) attempt(`w${n}`, 1);
  expect(counts()).toEqual({ w0: 1, other: 99_999 });
  attempt('w5', 5);
  attempt('w99999', 50);
  // The last one was not among those that were counted.
  top.change(60_000);
  expect(Object.keys(counts())).toEqual(['w5', 'other']);
});
