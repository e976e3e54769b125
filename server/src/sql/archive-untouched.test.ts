import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstIdAt, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { createTestArchive } from '../testing/test-archive.ts';
import { createTestTrail, idAt, type TestTrail } from '../testing/test-trail.ts';
import { claimInvocations } from './claim-invocations.ts';
import { countDue } from './count-due.ts';
import { endOrphans } from './end-orphans.ts';
import { findDueWebhooks } from './find-due-webhooks.ts';
import { nextDue } from './next-due.ts';
import { parkInvocations } from './park-invocations.ts';
import { replayInvocation } from './replay-invocation.ts';

/*
 * Whatever an archived row says, nothing that delivers meets it: `every-statement.test.ts` shows that no
 * such statement names its table, and this that the tables have nothing to do with each other.
 */

let trail: TestTrail;
let webhookId: string;
let id: string;

beforeAll(async () => {
  trail = await createTestTrail();
  await trail.sql(`insert into account (id, name) values (1, 'main')`);
  const archive = createTestArchive((text, values) => trail.sql(text, values));
  webhookId = await archive.webhook(await archive.source('acme'));
  id = idAt(Date.now());
  await archive.invocation(webhookId, { id, outcomes: [{ status: 'failed' }] });
  await trail.sql(`update archive_invocation set due_at = now() - interval '1 day'`);
});
afterAll(() => trail.drop());

it('is claimed, swept, parked, ended and replayed by nobody', async () => {
  const lane = laneOf(webhookId);
  const ranges = [{ firstId: firstIdAt(0), endId: firstIdAt(Date.now() + DAY_MS) }];
  const { database } = trail;
  const [before] = await trail.sql('select * from archive_invocation');
  const wanted = [{ webhookId, room: 10 }];
  expect(await database.run(claimInvocations, { lane, wanted, leaseMs: 30_000 })).toEqual([]);
  expect(await database.run(findDueWebhooks, { lane, withinMs: 60_000, ranges })).toEqual([]);
  expect(await database.run(countDue, { lane, webhookId, limit: 10 })).toEqual([{ due: 0 }]);
  for (const row of await database.run(nextDue, { lane, webhooks: [{ webhookId }] })) {
    expect(Object.values(row)).toContain(null);
  }
  await database.run(parkInvocations, {
    lane,
    webhookId,
    status: 'throttled',
    ends: false,
    entry: '{}',
    reason: '',
    reasonCode: 'rate limit',
    fromUs: 0,
    limit: 5,
  });
  await database.run(endOrphans, { lane, webhookId, limit: 5, entry: '{}' });
  await database.run(replayInvocation, {
    lane,
    webhookId,
    accountId: 1,
    version: 0,
    id,
    entry: '{}',
    leased: true,
    leaseMs: 30_000,
  });
  expect(await trail.sql('select * from archive_invocation')).toEqual([before]);
  const [row] = await trail.sql(
    'select count(*)::integer as count from archive_invocation where id = $1',
    [uuidFromId(id)],
  );
  expect(row).toEqual({ count: 1 });
});
