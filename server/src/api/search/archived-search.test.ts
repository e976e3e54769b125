import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { keepPartitions } from '../../keep/partitions.ts';
import { idTimeMs, uuidFromId } from '../../model/ids.ts';
import { DAY_MS, HOUR_MS } from '../../model/time-units.ts';
import { idAt, startTestApi, type TestApi } from '../../testing/test-api.ts';
import { createTestArchive } from '../../testing/test-archive.ts';

const NOW_MS = Date.now();
/** Long before what our own trail keeps. */
const OLD_MS = NOW_MS - 35 * DAY_MS;
const TURNS = 9;
/** After the one that was terminated and before the others, however long the tests before take. */
const BETWEEN = new Date(NOW_MS - 25 * 60_000).toISOString();

let api: TestApi;
let archive: ReturnType<typeof createTestArchive>;
/** What the word "needle" finds: of events `id`, of invocations `id webhook`. */
const needles: string[] = [];
let orders: string;
let typed: string;
let untyped: string;
let terminated: string;
let old: string;

const nameOf = (id: string, webhookId: string) => `${id} ${webhookId}`;

beforeAll(async () => {
  api = await startTestApi({ retentionDays: 7 });
  archive = createTestArchive((text, values) => api.sql(text, values));
  await keepPartitions(api.databaseUrl, { nowMs: OLD_MS, ahead: 0, keepMs: 10_000 * DAY_MS });
  const acme = await archive.source('acme');
  orders = await archive.webhook(acme, { name: 'Orders' });
  // The same remote account, archived twice.
  const copy = await archive.source('copy');
  const copied = await archive.webhook(copy, { name: 'Orders copied' });
  const local = (await api.webhook({ name: 'Ours' })).id;
  for (let turn = 0; turn < TURNS; turn++) {
    const atMs = NOW_MS - HOUR_MS - turn * 2 * HOUR_MS;
    const ours = idAt(atMs);
    await api.event(ours, `{"detail":{"note":"a needle of ours ${turn}"}}`);
    needles.push(ours);
    const theirs = idAt(atMs - 60_000);
    await archive.event(theirs, { sourceId: acme, body: `{"note":"their needle ${turn}"}` });
    needles.push(theirs);
    const id = idAt(atMs - 120_000);
    for (const webhookId of [orders, copied]) {
      await archive.invocation(webhookId, {
        id,
        outcomes: [
          { status: 'failed', responseBody: 'overloaded' },
          { status: 'success', statusCode: 200, responseBody: `the needle ${turn}` },
        ],
      });
      needles.push(nameOf(id, webhookId));
    }
    const delivered = await api.invocation(local, { createdMs: atMs - 180_000, attempts: 1 });
    await api.attempt(local, delivered, {
      id: idAt(atMs - 180_000),
      number: 1,
      status: 'success',
      responseBody: 'no haystack without a needle',
    });
    await api.sql('update attempt set recorded_at = $1 where invocation_id = $2', [
      new Date(atMs - 170_000),
      uuidFromId(delivered),
    ]);
    needles.push(nameOf(delivered, local));
  }
  old = idAt(OLD_MS);
  await archive.invocation(orders, {
    id: old,
    outcomes: [{ status: 'success', responseBody: 'a needle of another season' }],
  });
  needles.push(nameOf(old, orders));

  typed = idAt(NOW_MS - 20 * 60_000);
  untyped = idAt(NOW_MS - 21 * 60_000);
  const erased = idAt(NOW_MS - 22 * 60_000);
  await archive.event(typed, { sourceId: acme, type: 'order.paid', body: '{"a":"parcel 1"}' });
  await archive.event(untyped, {
    sourceId: acme,
    body: '{"id":"own","a":"parcel 2"}',
    ownId: 'own',
  });
  await archive.event(erased, { sourceId: acme, type: 'order.paid' });
  await archive.invocation(orders, {
    id: idAt(NOW_MS - 20 * 60_000 + 5),
    eventId: typed,
    eventType: 'order.paid',
    outcomes: [{ status: 'success', statusCode: 200 }],
  });
  terminated = idAt(NOW_MS - 30 * 60_000);
  await archive.invocation(orders, {
    id: terminated,
    eventId: untyped,
    outcomes: [
      { status: 'circuit broken', sent: false },
      {
        status: 'terminated',
        statusCode: 403,
        requestHeaders: ['User-Agent', 'shownagent', 'X-Team', 'plaincanary'],
        responseBody: 'parcel refused',
      },
    ],
  });

  const foreign = await archive.source('acme', 2);
  const theirs = await archive.webhook(foreign, { accountId: 2, name: 'Orders' });
  await archive.event(idAt(NOW_MS - HOUR_MS), {
    accountId: 2,
    sourceId: foreign,
    body: '{"note":"a foreign needle"}',
  });
  await archive.invocation(theirs, {
    id: idAt(NOW_MS - HOUR_MS),
    outcomes: [{ status: 'success', responseBody: 'a foreign needle' }],
  });
});
afterAll(() => api.stop());

interface Result {
  readonly id: string;
  readonly found_at: string;
  readonly event?: { readonly id: string; readonly stored_id?: string; readonly origin?: string };
  readonly invocation?: {
    readonly id: string;
    readonly webhook: { readonly id: string };
    readonly origin?: string;
  };
  readonly matches: readonly unknown[];
}

/** Follows the links to the end. */
async function walk(query: Record<string, string | number>, token = 'admin-1') {
  const results: Result[] = [];
  const metas: { readonly covered: { readonly from: string } }[] = [];
  let url: string | undefined =
    `/v1/search?${new URLSearchParams(query as Record<string, string>)}`;
  for (; url !== undefined; ) {
    expect(metas.length).toBeLessThan(100);
    const { body, status } = await api.call('GET', url, undefined, { token });
    expect(status, JSON.stringify(body)).toBe(200);
    results.push(...body.results);
    metas.push(body.meta);
    url = body.links.next?.replace(/^https?:\/\/[^/]+/, '');
  }
  return { results, metas };
}

const namesOf = (results: readonly Result[]) =>
  results.map(({ event, invocation }) =>
    invocation === undefined
      ? (event?.stored_id ?? event?.id ?? '')
      : nameOf(invocation.id, invocation.webhook.id),
  );

async function found(q: string, token?: string): Promise<string[]> {
  return namesOf((await walk({ q }, token)).results);
}

describe('a search finds what is archived', () => {
  test.each([1, 2, 3, 100])(
    'beside ours, each once, newest first, in pages of %i',
    async (size) => {
      const { results, metas } = await walk({ q: 'needle', 'page[size]': size });
      expect(namesOf(results)).toEqual(needles.toSorted().toReversed());
      expect(new Set(results.map(({ id }) => id)).size).toBe(needles.length);
      const times = results.map(({ found_at: at }) => at);
      expect(times).toEqual(times.toSorted().toReversed());
      expect(Date.parse(metas.at(-1)?.covered.from as string)).toBeLessThan(OLD_MS);
    },
  );

  it('and says where from', async () => {
    const { results } = await walk({ q: '"parcel 1" type:order.paid' });
    expect(results).toMatchObject([
      { id: typed, event: { id: typed, origin: 'acme', type: 'order.paid' } },
    ]);
    const [refused] = (await walk({ q: 'refused' })).results;
    expect(refused).toMatchObject({
      found_at: new Date(idTimeMs(terminated)).toISOString(),
      invocation: { id: terminated, origin: 'acme', status: 'terminated', event_id: 'own' },
      matches: [{ in: 'response body', attempt: 2, text: 'parcel refused' }],
    });
  });

  it.each([
    ['parcel', () => [typed, untyped, nameOf(terminated, orders)]],
    ['parcel type:order.*', () => [typed]],
    ['parcel -type:order.*', () => [untyped, nameOf(terminated, orders)]],
    ['parcel status:terminated', () => [untyped, nameOf(terminated, orders)]],
    ['parcel status:success', () => [typed]],
    ['parcel webhook:Orders', () => [typed, untyped, nameOf(terminated, orders)]],
    ['parcel webhook:Ours', () => []],
    ['parcel origin:acme', () => [typed, untyped, nameOf(terminated, orders)]],
    ['parcel origin:copy', () => []],
    ['parcel origin:local', () => []],
    [`parcel since:${BETWEEN}`, () => [typed, untyped]],
    [`parcel until:${BETWEEN}`, () => [nameOf(terminated, orders)]],
    ['"another season"', () => [nameOf(old, orders)]],
    ['"another season" since:30d', () => []],
    ['"another season" origin:local', () => []],
  ])('that terms select: %s', async (q, expected) => {
    expect(await found(q)).toEqual(expected());
  });

  it('but nothing that is masked, and nothing of other accounts', async () => {
    for (const token of ['read-1', 'admin-1', 'operator-1']) {
      expect(await found('plaincanary', token)).toEqual([]);
      expect(await found('shownagent -plaincanary', token)).toEqual([nameOf(terminated, orders)]);
    }
    expect(await found('foreign needle')).toEqual([]);
    expect(await found('foreign needle', 'admin-2')).toHaveLength(2);
    expect(await found('parcel,overloaded,ours', 'admin-2')).toEqual([]);
  });
});
