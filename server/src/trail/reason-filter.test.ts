import { parseQuery, REASONS } from '@hooktrail/sdk/query';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { REASON_CODES, WEBHOOK_REASONS } from '../model/reason-code.ts';
import { HOUR_MS } from '../model/time-units.ts';
import { compileQuery } from '../query/compile-query.ts';
import { createTestTrail, idAt, type TestTrail } from '../testing/test-trail.ts';
import { listCreatedInvocations } from './list-created-invocations.ts';
import { reasonCodeOf } from './reason-code-of.ts';
import type { ListedWebhook } from './select-webhooks.ts';
import { stateOf } from './state-of.ts';

/**
 * What a list filters by is computed in SQL, and what it shows in TypeScript: both must agree on every
 * combination of what is recorded and what holds the webhook.
 */

const NOW_MS = Date.now();
const webhooks: readonly ListedWebhook[] = [null, ...WEBHOOK_REASONS].map((held) => ({
  id: newId(NOW_MS),
  name: held ?? 'free',
  family: 'local',
  origin: undefined,
  webhook: undefined,
  deletedAt: undefined,
  held,
}));
const held = new Map(webhooks.map((webhook) => [webhook.id, webhook.held]));

let trail: TestTrail;

beforeAll(async () => {
  trail = await createTestTrail();
  const rows = webhooks.flatMap(({ id }) =>
    [null, NOW_MS - HOUR_MS, NOW_MS + HOUR_MS].flatMap((dueMs) =>
      [true, false].flatMap((leased) =>
        [null, ...REASON_CODES].map((code) => ({
          lane: laneOf(id),
          id: uuidFromId(idAt(NOW_MS)),
          webhook: uuidFromId(id),
          due: dueMs === null ? null : new Date(dueMs).toISOString(),
          leased,
          code,
        })),
      ),
    ),
  );
  await trail.sql(
    `insert into invocation (lane, id, webhook_id, event_id, event_type, latest_at, due_at, leased, reason_code)
    select lane, id, webhook, id, 'a.b', now(), due, leased, code
    from json_to_recordset($1) as r (lane smallint, id uuid, webhook uuid, due timestamptz,
      leased boolean, code text)`,
    [JSON.stringify(rows)],
  );
});
afterAll(() => trail.drop());

async function list(text: string) {
  const nowMs = Date.now();
  const { rows, after } = await listCreatedInvocations(
    { clock: { now: () => nowMs }, database: trail.database, oneLane: false, retentionDays: 7 },
    {
      query: compileQuery(parseQuery(text), nowMs, 'test'),
      webhooks,
      descending: true,
      page: { size: 1_000 },
    },
    { rows: 50_000, ms: 60_000, probes: 200 },
  );
  expect(after).toBeUndefined();
  return rows;
}

it.each(Object.keys(REASONS))('finds what shows the reason %s, and no other', async (reason) => {
  const all = await list('');
  expect(all).toHaveLength(webhooks.length * 3 * 2 * (REASON_CODES.length + 1));
  const shown = (row: (typeof all)[number]) =>
    reasonCodeOf(row, held.get(row.webhook_id) ?? null, NOW_MS) === reason;
  expect(all.some(shown)).toBe(true);
  expect(await list(`reason:"${reason}"`)).toEqual(all.filter(shown));
  expect(await list(`-reason:"${reason}"`)).toEqual(all.filter((row) => !shown(row)));
});

it.each(['waiting', 'in flight', 'final'])('finds what shows the state %s', async (state) => {
  const all = await list('');
  const shown = (row: (typeof all)[number]) => stateOf(row, NOW_MS) === state;
  expect(await list(`state:"${state}"`)).toEqual(all.filter(shown));
  expect(await list(`-state:"${state}"`)).toEqual(all.filter((row) => !shown(row)));
});
