import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepPartitions } from '../../keep/partitions.ts';
import { laneOf } from '../../model/lanes.ts';
import { DAY_MS, HOUR_MS } from '../../model/time-units.ts';
import { idAt, startTestApi, type TestApi } from '../../testing/test-api.ts';
import { createTestArchive } from '../../testing/test-archive.ts';
import { webhooksOfLane } from '../../testing/test-trail.ts';

const NOW_MS = Date.now();
/** A time of ours in which no row was made by the clock of a test. */
const OLD_MS = NOW_MS - 100 * DAY_MS;

let api: TestApi;
let archive: ReturnType<typeof createTestArchive>;
let acme: string;
/** Mirrored webhooks of `acme`, and of `copy`: the same remote account, archived twice. */
let orders: string;
let copied: string;
let local: string;
let old: string;
/** Invocations, by `webhook id`. */
const rows: { readonly key: string; readonly latestMs: number; readonly createdId: string }[] = [];

const keyOf = (webhookId: string, id: string) => `${id} ${webhookId}`;

beforeAll(async () => {
  api = await startTestApi({ retentionDays: 7 });
  archive = createTestArchive((text, values) => api.sql(text, values));
  await keepPartitions(api.databaseUrl, { nowMs: OLD_MS, ahead: 0, keepMs: 10_000 * DAY_MS });
  acme = await archive.source('acme');
  orders = await archive.webhook(acme, { name: 'Orders' });
  copied = await archive.webhook(await archive.source('copy'), { name: 'Orders' });
  local = (await api.webhook({ name: 'Orders' })).id;
  for (let index = 0; index < 12; index++) {
    const createdMs = NOW_MS - 2 * HOUR_MS - index * 3 * HOUR_MS;
    // Many were attempted after younger ones.
    const latestMs = Math.min(createdMs + (index % 3) * 10 * HOUR_MS, NOW_MS - 1_000 * (index + 1));
    const remote = idAt(createdMs);
    for (const webhookId of [orders, copied]) {
      await archive.invocation(webhookId, {
        id: remote,
        outcomes: [
          { status: 'failed' },
          index % 4 === 0
            ? { status: 'terminated', statusCode: 403, atMs: latestMs }
            : { status: 'success', statusCode: 200, atMs: latestMs },
        ],
      });
      rows.push({ key: keyOf(webhookId, remote), latestMs, createdId: remote });
    }
    const ours = await api.invocation(local, { createdMs: createdMs + 1, latestMs: latestMs + 1 });
    rows.push({ key: keyOf(local, ours), latestMs: latestMs + 1, createdId: ours });
  }
  old = idAt(OLD_MS);
  await archive.invocation(orders, { id: old });
  rows.push({ key: keyOf(orders, old), latestMs: OLD_MS + 1_000, createdId: old });
});
afterAll(() => api.stop());

interface Listed {
  readonly id: string;
  readonly origin?: string;
  readonly webhook: { readonly id: string };
}

/** Follows the links of a list to its end. */
async function walk(query: string, link: 'next' | 'prev' = 'next'): Promise<Listed[]> {
  const found: Listed[] = [];
  let url: string | undefined = `/v1/invocations?${query}`;
  for (let pages = 0; url !== undefined; pages++) {
    expect(pages).toBeLessThan(60);
    const { body, status } = await api.call('GET', url);
    expect(status, JSON.stringify(body)).toBe(200);
    if (link === 'next') found.push(...body.invocations);
    else found.unshift(...body.invocations);
    const next: string | undefined = body.links[link];
    url = next === undefined ? undefined : next.replace(/^https?:\/\/[^/]+/, '');
  }
  return found;
}

const keysOf = (listed: readonly Listed[]) =>
  listed.map(({ id, webhook }) => keyOf(webhook.id, id));

const byCreation = () => rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ key }) => key);
const byLatest = () =>
  rows
    .toSorted((a, b) => a.latestMs - b.latestMs || (a.key < b.key ? -1 : 1))
    .map(({ key }) => key);

describe('archived invocations in the list over webhooks', () => {
  test.each([1, 2, 5, 100])('stand beside ours, each once, in pages of %i', async (size) => {
    const expected = byCreation();
    expect(keysOf(await walk(`sort=created&page[size]=${size}`))).toEqual(expected);
    expect(keysOf(await walk(`sort=-created&page[size]=${size}`))).toEqual(expected.toReversed());
  });

  test.each([1, 2, 5, 100])('by their latest attempt too, in pages of %i', async (size) => {
    const expected = byLatest();
    expect(keysOf(await walk(`sort=latest&page[size]=${size}`))).toEqual(expected);
    expect(keysOf(await walk(`sort=-latest&page[size]=${size}`))).toEqual(expected.toReversed());
  });

  test.each(['created', 'latest'])('and the way back by %s has them all', async (sort) => {
    const expected = sort === 'created' ? byCreation() : byLatest();
    let last = '';
    let url = `/v1/invocations?sort=${sort}&page[size]=3`;
    for (;;) {
      const { body } = await api.call('GET', url);
      if (body.links.next === undefined) {
        last = body.links.prev;
        break;
      }
      url = body.links.next.replace(/^https?:\/\/[^/]+/, '');
    }
    const back = await walk(last.split('?')[1] as string, 'prev');
    expect(keysOf(back)).toEqual(expected.slice(0, back.length));
    expect(expected.length - back.length).toBeLessThanOrEqual(3);
  });

  test.each([
    ['origin:local', (key: string) => key.endsWith(local)],
    ['origin:acme', (key: string) => key.endsWith(orders)],
    ['-origin:acme', (key: string) => !key.endsWith(orders)],
    ['origin:acme,copy', (key: string) => !key.endsWith(local)],
    ['origin:acme,copy -origin:copy', (key: string) => key.endsWith(orders)],
    ['origin:nobody', () => false],
    ['webhook:Orders', () => true],
    ['since:7d origin:acme', (key: string) => key.endsWith(orders) && !key.startsWith(old)],
  ])('%s selects by where they come from', async (q, isSelected) => {
    for (const sort of ['created', 'latest']) {
      const found = await walk(`q=${encodeURIComponent(q)}&sort=${sort}&page[size]=7`);
      expect(keysOf(found).sort()).toEqual(byCreation().filter(isSelected).sort());
    }
  });

  test('match the other fields as ours do, and status terminated is theirs alone', async () => {
    const found = await walk(`q=${encodeURIComponent('status:terminated code:403 attempts:2')}`);
    expect(found).toHaveLength(6);
    for (const row of found) {
      expect(row).toMatchObject({ status: 'terminated', status_code: 403, state: 'final' });
      expect(['acme', 'copy']).toContain(row.origin);
      expect(row).not.toHaveProperty('event_type');
    }
    const undelivered = await walk('q=state:undelivered');
    expect(keysOf(undelivered).sort()).toEqual(keysOf(found).sort());
    expect(await walk('q=type:order.*')).toEqual([]);
    const ours = await walk('q=origin:local');
    expect(ours).toHaveLength(12);
    for (const row of ours) expect(row).not.toHaveProperty('origin');
  });
});

describe('an archived invocation', () => {
  test('is found by its id, and says what is known of it', async () => {
    const id = idAt(NOW_MS - HOUR_MS);
    const eventId = idAt(NOW_MS - HOUR_MS);
    const body = '{"id":"order-77","type":"order.paid","subject":"zen:order:77"}';
    await archive.event(eventId, { sourceId: acme, type: 'order.paid', body, ownId: 'order-77' });
    await archive.invocation(orders, {
      id,
      eventId,
      eventType: 'order.paid',
      outcomes: [
        {
          status: 'server error',
          statusCode: 503,
          requestHeaders: ['X-A', '1'],
          responseBody: 'no',
        },
        { status: 'throttled', sent: false },
        { status: 'success', statusCode: 200, durationMs: 80, requestHeaders: ['X-A', '1'] },
      ],
    });
    const shown = await api.call('GET', `/v1/invocations/${id}`);
    expect(shown.body).toMatchObject({
      webhook: { id: orders, name: 'Orders', origin: 'acme' },
      invocation: {
        id,
        origin: 'acme',
        event_id: 'order-77',
        event_type: 'order.paid',
        status: 'success',
        attempts_count: 2,
        explanation:
          'Archived from acme: it is not delivered from here. Attempt 3 was answered with 200. The endpoint received it.',
      },
    });
    expect(
      shown.body.invocation.timeline.map(({ what, message }: Record<string, string>) => [
        what,
        message,
      ]),
    ).toEqual([
      ['accepted', 'created at acme'],
      ['attempted', 'attempt 1 ended as server error with 503'],
      ['throttled', 'no request was made: throttled'],
      ['attempted', 'attempt 3 was answered with 200 in 80 ms'],
      ['archived', 'the latest of it was read from acme'],
    ]);

    const statuses = async (path: string) => {
      const { attempts } = (await api.call('GET', path)).body;
      return attempts.map(({ status }: { status: string }) => status);
    };
    // What had no request is no attempt of ours; the real service lists it as one.
    for (const path of [`/v1/invocations/${id}`, `/v1/webhooks/${orders}/invocations/${id}`]) {
      expect(await statuses(`${path}/attempts`)).toEqual(['success', 'server error']);
    }
    const v2 = `/api/v2/webhooks/${orders}/invocations/${id}/attempts`;
    expect(await statuses(v2)).toEqual(['success', 'throttled', 'server error']);
    const { attempts } = (await api.call('GET', v2)).body;
    expect(attempts[1]).not.toHaveProperty('request');
    expect(attempts[2]).toMatchObject({
      request: { headers: [{ key: 'X-A', value: '1' }], payload: body },
      response_body: 'no',
    });
    expect(attempts[2]).not.toHaveProperty('duration_ms');
    const first = await api.call('GET', `/v1/invocations/${id}/attempts/1`);
    expect(first.body.attempt).toMatchObject({ status: 'server error', status_code: 503 });
    expect((await api.call('GET', `/v1/invocations/${id}/attempts/2`)).status).toBe(404);

    const list = await api.call(
      'GET',
      `/v1/invocations?q=${encodeURIComponent('type:order.paid')}`,
    );
    expect(list.body.invocations).toMatchObject([
      { id, event_id: 'order-77', subject: 'zen:order:77', origin: 'acme' },
    ]);
    await api.sql('delete from archive_invocation where event_type is not null');
  });

  test('of another account is not found, not even where both archive one remote account', async () => {
    const id = idAt(NOW_MS - HOUR_MS);
    // Of one lane: only the webhook tells them apart.
    const [mine, theirs] = webhooksOfLane(laneOf(orders), 2) as [string, string];
    await archive.webhook(acme, { id: mine });
    const other = await archive.source('acme', 2);
    await archive.webhook(other, { id: theirs, accountId: 2, name: 'Theirs' });
    for (const webhookId of [mine, theirs]) {
      await archive.invocation(webhookId, {
        id,
        outcomes: [{ status: 'success', responseBody: `of ${webhookId}` }],
      });
    }
    for (const [token, own] of [
      ['admin-1', mine],
      ['admin-2', theirs],
    ] as const) {
      const { body } = await api.call('GET', `/v1/invocations/${id}/attempts`, undefined, {
        token,
      });
      expect(body.attempts).toHaveLength(1);
      expect(body.attempts[0].response_body).toBe(`of ${own}`);
    }
    const token = 'admin-2';
    for (const path of [
      `/v1/invocations/${old}`,
      `/v1/invocations/${old}/attempts`,
      `/v1/webhooks/${orders}/invocations`,
      `/v1/webhooks/${orders}/invocations/${old}`,
      `/api/v2/webhooks/${orders}/invocations`,
      `/api/v2/webhooks/${orders}/invocations/${id}/attempts`,
    ]) {
      expect((await api.call('GET', path, undefined, { token })).status, path).toBe(404);
    }
    const { body } = await api.call('GET', '/v1/invocations', undefined, { token });
    expect(body.invocations.map(({ webhook }: Listed) => webhook.id)).toEqual([theirs]);
    await api.sql(
      'delete from archive_invocation where id = (select invocation_id from archive_attempt where response_body is not null limit 1)',
    );
    await api.sql(`delete from archive_webhook where name in ('Theirs', 'remote')`);
  });
});

describe('a webhook of a remote account', () => {
  test('has its list under /api/v2, of seven days, and no other operation', async () => {
    const path = `/api/v2/webhooks/${orders}`;
    const { body, status } = await api.call('GET', `${path}/invocations`);
    expect(status).toBe(200);
    expect(body.invocations).toHaveLength(12);
    expect(body.invocations.map(({ id }: Listed) => id)).not.toContain(old);
    const terminated = await api.call('GET', `${path}/invocations?filter[status]=terminated`);
    expect(terminated.body.invocations).toHaveLength(3);
    // Under /v1 the list has its webhook, which says where it comes from.
    const trail = await api.call('GET', `/v1/webhooks/${orders}/invocations`);
    expect(trail.body.webhook).toEqual({ id: orders, name: 'Orders', origin: 'acme' });

    const replay = `/v1/webhooks/${orders}/invocations/${old}/replay`;
    for (const [method, url] of [
      ['GET', path],
      ['PATCH', path],
      ['DELETE', path],
      ['POST', `/api/v2/webhooks/test?webhook_id=${orders}`],
      ['POST', `/v1/webhooks/${orders}/invocations`],
      ['POST', replay],
    ] as const) {
      const sent =
        method === 'GET' || method === 'DELETE' ? undefined : { webhook: {}, request: {} };
      expect((await api.call(method, url, sent)).status, `${method} ${url}`).not.toBe(200);
    }
    const listed = await api.call('GET', '/api/v2/webhooks');
    expect(listed.body.webhooks.map(({ id }: { id: string }) => id)).toEqual([local]);
  });

  test('that is gone keeps its trail under /v1', async () => {
    const gone = await archive.webhook(acme, { name: 'Gone', goneMs: NOW_MS });
    await archive.invocation(gone, { id: idAt(NOW_MS - HOUR_MS) });
    expect((await api.call('GET', `/api/v2/webhooks/${gone}/invocations`)).status).toBe(404);
    const { body } = await api.call('GET', `/v1/webhooks/${gone}/invocations`);
    expect(body.invocations).toHaveLength(1);
    expect(body.webhook.deleted_at).toBe(new Date(NOW_MS).toISOString());
  });
});
