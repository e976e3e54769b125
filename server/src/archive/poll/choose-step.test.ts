import { expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../model/time-units.ts';
import { chooseStep, type PolledWebhook } from './choose-step.ts';

const NOW_MS = Date.UTC(2026, 2, 1);

const webhook = (more: Partial<PolledWebhook>): PolledWebhook => ({
  goneMs: null,
  polledMs: NOW_MS - HOUR_MS,
  dueMs: NOW_MS + HOUR_MS,
  walk: null,
  walkedMs: NOW_MS - HOUR_MS,
  wanted: 0,
  wantedFailures: 0,
  bodyMs: 0,
  needsSecret: false,
  ...more,
});

const kinds = (webhooks: readonly PolledWebhook[]) =>
  Array.from(
    { length: 8 },
    (_, turn) =>
      chooseStep({
        webhooks,
        nowMs: NOW_MS,
        remoteMs: NOW_MS,
        mirrorDueMs: NOW_MS + HOUR_MS,
        turn,
      }).kind,
  );

it('leaves bodies and daily walks half of the requests while a secret cannot be had', () => {
  const secret = webhook({ needsSecret: true });
  const body = webhook({ wanted: 3 });
  const walk = webhook({ walkedMs: NOW_MS - 2 * DAY_MS });
  expect(new Set(kinds([secret]))).toEqual(new Set(['secret']));
  expect(kinds([secret, body]).filter((kind) => kind === 'body')).toHaveLength(4);
  expect(kinds([secret, walk]).filter((kind) => kind === 'walk')).toHaveLength(4);
  const all = kinds([secret, body, walk]);
  expect(all).toEqual(['walk', 'secret', 'body', 'secret', 'walk', 'secret', 'body', 'secret']);
});
