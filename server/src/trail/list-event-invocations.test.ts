import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runner } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import { idTimeMs, newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import type { Webhook } from '../model/webhook.ts';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import { listEventInvocations } from './list-event-invocations.ts';

const WEBHOOKS = 6_000;
const NOW_MS = Date.now();

let trail: TestTrail;
/** Ascending: kept ones, and every tenth deleted. */
let webhookIds: string[];
let directory: Pick<Directory, 'webhooksInOrder'>;

/** Stores invocations of one event at webhooks, newest webhook first, as accepting does. */
async function store(ids: readonly string[], atMs: number) {
  const newestFirst = ids.toSorted().toReversed();
  const invocations = newestFirst.map((webhookId) => ({ id: newId(atMs), webhookId }));
  await trail.sql(
    `insert into invocation (lane, id, webhook_id, event_id, event_type, latest_at)
    select lane, id, webhook_id, $4, 'a.b', now()
    from unnest($1::smallint[], $2::uuid[], $3::uuid[]) as i (lane, id, webhook_id)`,
    [
      invocations.map(({ webhookId }) => laneOf(webhookId)),
      invocations.map(({ id }) => uuidFromId(id)),
      invocations.map(({ webhookId }) => uuidFromId(webhookId)),
      uuidFromId(newId(atMs)),
    ],
  );
  const from = invocations[0]?.id as string;
  return { invocations, event: { invocations_from: from, invocations_count: ids.length } };
}

beforeAll(async () => {
  trail = await createTestTrail({ days: 1 });
  webhookIds = Array.from({ length: WEBHOOKS }, () => newId(NOW_MS - 1_000));
  const deleted = webhookIds.filter((_, index) => index % 10 === 0);
  await trail.sql(`insert into account (id, name) values (1, 'main')`);
  await trail.sql(
    `insert into deleted_webhook (id, account_id, version, name)
    select id, 1, 1, 'gone' from unnest($1::uuid[]) as d (id)`,
    [deleted.map(uuidFromId)],
  );
  const gone = new Set(deleted);
  const kept = webhookIds
    .filter((id) => !gone.has(id))
    .map((id) => ({ key: '', id, webhook: { id, name: 'kept' } as Webhook }));
  directory = { webhooksInOrder: (() => kept) as unknown as Directory['webhooksInOrder'] };
});
afterAll(() => trail.drop());

/** Counts the webhooks that are looked at. */
function counting() {
  let probes = 0;
  const database: Runner = {
    run(query, params) {
      const { webhookIds: probed } = params as { webhookIds?: readonly string[] };
      probes += probed?.length ?? 0;
      return trail.database.run(query, params);
    },
  };
  return { parts: { database, directory }, probes: () => probes };
}

describe('listEventInvocations', () => {
  it('lists a wide fan-out newest webhook first, forward and back', async () => {
    const { event, invocations } = await store(webhookIds, NOW_MS);
    const parts = { database: trail.database, directory };
    const seen: string[] = [];
    let page = await listEventInvocations(parts, { accountId: 1, event, page: { size: 100 } });
    for (;;) {
      seen.push(...page.rows.map(({ id }) => id));
      for (const { webhook, webhook_id: id } of page.rows) {
        expect([webhook.name, webhook.deletedAt !== undefined]).toEqual(
          webhookIds.indexOf(id) % 10 === 0 ? ['gone', true] : ['kept', false],
        );
      }
      if (page.after === undefined) break;
      const { after } = page;
      page = await listEventInvocations(parts, { accountId: 1, event, page: { size: 100, after } });
    }
    expect(seen).toEqual(invocations.map(({ id }) => id));
    const { before } = page;
    const previous = await listEventInvocations(parts, {
      accountId: 1,
      event,
      page: { size: 100, before },
    });
    expect(previous.rows.map(({ id }) => id)).toEqual(seen.slice(-200, -100));
  });

  it('looks at 5,000 webhooks a page, so a page may be empty although more follow', async () => {
    const oldest = webhookIds.slice(0, 3);
    const { event, invocations } = await store(oldest, NOW_MS);
    const { parts, probes } = counting();
    const first = await listEventInvocations(parts, { accountId: 1, event, page: { size: 100 } });
    expect(first.rows).toEqual([]);
    expect(probes()).toBe(5_000);
    const { after } = first;
    const next = { accountId: 1, event, page: { size: 100, after } };
    const second = await listEventInvocations(parts, next);
    expect(second.rows.map(({ id }) => id)).toEqual(invocations.map(({ id }) => id));
    expect(second.after).toBeUndefined();
    expect(probes()).toBe(WEBHOOKS);
  });

  it('looks no further than the last invocation', async () => {
    const { event } = await store(webhookIds.slice(-3), NOW_MS);
    const { parts, probes } = counting();
    const page = await listEventInvocations(parts, { accountId: 1, event, page: { size: 100 } });
    expect(page.rows).toHaveLength(3);
    expect(page.after).toBeUndefined();
    expect(probes()).toBe(500);
  });

  it('does not look at webhooks that are younger than the event', async () => {
    const { event } = await store(webhookIds.slice(0, 1), NOW_MS);
    const { parts, probes } = counting();
    const early = { ...event, invocations_from: newId(idTimeMs(event.invocations_from) - 120_000) };
    const page = await listEventInvocations(parts, {
      accountId: 1,
      event: early,
      page: { size: 100 },
    });
    expect([page.rows, page.after, probes()]).toEqual([[], undefined, 0]);
  });

  it('lists nothing of an event of an earlier version, or without invocations', async () => {
    const { parts, probes } = counting();
    for (const invocations_count of [null, 0]) {
      const event = { invocations_from: null, invocations_count };
      const page = await listEventInvocations(parts, { accountId: 1, event, page: { size: 100 } });
      expect(page).toEqual({ rows: [] });
    }
    expect(probes()).toBe(0);
  });
});
