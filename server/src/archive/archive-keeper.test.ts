import { eventually } from '@hooktrail/harness/eventually';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepPartitions } from '../keep/partitions.ts';
import { MINUTE_MS } from '../model/time-units.ts';
import { createTestArchive } from '../testing/test-archive.ts';
import { createTestTrail, idAt, type TestTrail } from '../testing/test-trail.ts';
import { ArchiveKeeper } from './archive-keeper.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail({ days: 1 });
  await trail.sql(`insert into account (id, name) values (1, 'main')`);
  for (const month of [2, 3]) {
    await keepPartitions(trail.url, {
      nowMs: Date.UTC(2026, month, 15),
      ahead: 0,
      keepMs: Number.POSITIVE_INFINITY,
      tables: ['archive_event', 'archive_invocation', 'archive_attempt'],
    });
  }
});
afterAll(() => trail.drop());

it.each([
  // A month that is shorter ends there: there is no February 31, nor a February 29 in 2026.
  ['2026-03-31T12:00:00Z', 1, '2026-02-28T12:00:00Z'],
  ['2026-03-29T00:00:00Z', 1, '2026-02-28T00:00:00Z'],
  ['2026-04-30T06:00:00Z', 1, '2026-03-30T06:00:00Z'],
  ['2026-04-15T06:00:00Z', 2, '2026-02-15T06:00:00Z'],
])('removes at %s what is older than %i months, of that source alone', async (at, months, kept) => {
  await trail.sql(
    'truncate archive_gap, archive_invocation, archive_attempt, archive_event, archive_webhook, source cascade',
  );
  const archive = createTestArchive((text, values) => trail.sql(text, values));
  const keptMs = Date.parse(kept);
  const expected: string[] = [];
  for (const name of ['limited', 'unlimited']) {
    const sourceId = await archive.source(name);
    const webhookId = await archive.webhook(sourceId, { name });
    for (const age of ['old', 'young']) {
      const id = idAt(keptMs + (age === 'old' ? -MINUTE_MS : MINUTE_MS));
      await archive.event(id, { sourceId, body: `${name} ${age}` });
      await archive.invocation(webhookId, { id });
      if (name === 'unlimited' || age === 'young') expected.push(`${name} ${id}`);
    }
  }
  await trail.sql(`update source set keep_months = $1 where name = 'limited'`, [months]);
  const log = pino({ level: 'silent' });
  const clock = { now: () => Date.parse(at) };
  const keeper = new ArchiveKeeper({
    clock,
    database: trail.database,
    keptMs: Number.POSITIVE_INFINITY,
    log,
  });
  keeper.start();
  const bodies = async () =>
    (await trail.sql<{ body: string }>('select body from archive_event order by body')).map(
      ({ body }) => body,
    );
  // Events go last.
  await eventually('the end of a removal', async () => !(await bodies()).includes('limited old'));
  await keeper.stop();
  expect(await bodies()).toEqual(['limited young', 'unlimited old', 'unlimited young']);
  const rows = await trail.sql<{ name: string; id: string }>(
    'select w.name, i.id from archive_invocation i join archive_webhook w on w.id = i.webhook_id',
  );
  expect(rows.map(({ id, name }) => `${name} ${id}`).sort()).toEqual(expected.sort());
});
