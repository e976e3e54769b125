import { afterEach, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../model/time-units.ts';
import { startTestSource, type TestSource } from '../testing/test-source.ts';
import type { SourceSettings } from './source-settings.ts';

let source: TestSource | undefined;
afterEach(async () => {
  await source?.stop();
  source = undefined;
});

const ACT = { operation: 'patchSource', by: undefined } as const;

/** A source whose secret was read, and then reset at the service. */
const start = async () => {
  source = await startTestSource();
  const { clock, double, parts, store, trail } = source;
  const { id } = double.account.create();
  const sourceId = await source.add({ resend: 'read' });
  await source.runUntil(clock.nowMs() + MINUTE_MS);
  const before = double.account.state(id).secret;
  double.account.resetSecret(id);
  return {
    ...source,
    id,
    sourceId,
    before,
    after: double.account.state(id).secret,
    stored: async () => {
      const [row] = await trail.sql('select secret from archive_webhook');
      return parts.secrets.open(row?.['secret']);
    },
    asked: () => double.requests.latest.filter(({ path }) => path.includes('signing_secret')),
    change: (changes: Partial<SourceSettings>) =>
      store.change(
        1,
        sourceId,
        (settings) => ({ ...settings, ...changes }),
        ACT,
        () => undefined,
      ),
  };
};

it('is read again once a day', async () => {
  const { after, asked, before, clock, runUntil, stored } = await start();
  await runUntil(clock.nowMs() + 23 * HOUR_MS);
  expect(await stored()).toBe(before);
  expect(asked()).toHaveLength(1);
  await runUntil(clock.nowMs() + 2 * HOUR_MS);
  expect(await stored()).toBe(after);
  expect(asked()).toHaveLength(2);
});

it('is read again when somebody asks for a poll', async () => {
  const { after, clock, runUntil, sourceId, store, stored } = await start();
  await store.poll(1, sourceId, ACT);
  await runUntil(clock.nowMs() + MINUTE_MS);
  expect(await stored()).toBe(after);
});

it.each<[string, (of: TestSource) => readonly Partial<SourceSettings>[]]>([
  ['resend_secrets', () => [{ resend: 'none' }, { resend: 'read' }]],
  ['base_url', ({ double }) => [{ baseUrl: `${double.url}/` }]],
])('is read again after a change of %s, and of nothing else', async (_, changesOf) => {
  const test = await start();
  const { after, asked, before, change, clock, runUntil, stored } = test;
  await change({ bodies: 'all', resend: 'read' });
  await runUntil(clock.nowMs() + MINUTE_MS);
  expect(await stored()).toBe(before);
  expect(asked()).toHaveLength(1);
  for (const changes of changesOf(test)) {
    await change(changes);
    await runUntil(clock.nowMs() + MINUTE_MS);
  }
  expect(await stored()).toBe(after);
  expect(asked()).toHaveLength(2);
});

it.each([403, 404, 500])('stays as it was where it cannot be read again (%i)', async (status) => {
  const { after, asked, before, clock, double, runUntil, stored } = await start();
  clock.advance(25 * HOUR_MS);
  double.faults.next({ kind: 'status', status }, { times: 3, matching: /signing_secret/ });
  await runUntil(clock.nowMs() + 2.5 * HOUR_MS);
  expect(await stored()).toBe(before);
  // Once an hour.
  expect(asked()).toHaveLength(4);
  await runUntil(clock.nowMs() + HOUR_MS);
  expect(await stored()).toBe(after);
});
