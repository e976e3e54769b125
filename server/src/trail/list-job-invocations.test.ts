import { parseQuery } from '@hooktrail/sdk/query';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runner } from '../database/database.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { compileQuery } from '../query/compile-query.ts';
import { createTestTrail, idAt, type TestTrail } from '../testing/test-trail.ts';
import { listCreatedInvocations } from './list-created-invocations.ts';
import { listJobInvocations } from './list-job-invocations.ts';
import type { PageRequest } from './page.ts';
import type { ListedWebhook } from './select-webhooks.ts';

const NOW_MS = Date.now();
const DAYS = 4;
const COUNT = 240;

/** What became of an item, and whether the job was the last one to send its invocation. */
const KINDS = [
  ['succeeded', true],
  ['failed', true],
  ['sent', true],
  // Another job has sent it since.
  ['succeeded', false],
  ['pending', false],
  ['skipped', false],
] as const;

let trail: TestTrail;
let webhooks: ListedWebhook[];
let target: ListedWebhook;
/** What each job has sent, oldest first. */
let sent: { id: string; webhookId: string; status: string }[];
let copied: string[];

const job = newId(NOW_MS);
const copying = newId(NOW_MS);
const clock = { now: () => NOW_MS };

function listed(name: string): ListedWebhook {
  return {
    ...{ id: newId(NOW_MS), name, family: 'local', origin: undefined },
    ...{ webhook: undefined, deletedAt: undefined, held: null },
  };
}

beforeAll(async () => {
  trail = await createTestTrail({ days: DAYS + 1 });
  webhooks = ['a', 'b', 'c'].map(listed);
  target = listed('target');
  await trail.sql(`insert into account (id, name) values (1, 'one')`);
  for (const [id, targetId] of [
    [job, null],
    [copying, target.id],
  ] as const) {
    await trail.sql(
      `insert into job (id, account_id, kind, state, stage, requested_by, spec, progress)
values ($1, 1, 'replay', 'running', 'running', 'x', $2, '{}')`,
      [uuidFromId(id), JSON.stringify({ target_webhook_id: targetId })],
    );
  }
  const rows = Array.from({ length: COUNT }, (_, n) => {
    const [state, isLast] = KINDS[n % KINDS.length] as (typeof KINDS)[number];
    // Some of different webhooks are of the same millisecond.
    const id = idAt(NOW_MS - Math.floor(((n >> 1) / COUNT) * 2 * DAYS * DAY_MS));
    const { id: webhookId } = webhooks[(n * 7) % 3] as ListedWebhook;
    const status = n % 4 === 0 ? 'timeout' : 'success';
    return { id, webhookId, state, isLast, status, copy: idAt(NOW_MS - (n % 97) * 60_000) };
  });
  const isCopied = (state: string) => state !== 'pending' && state !== 'skipped';
  const invocation = (webhook: string, id: string, status: string, jobId: string | null) => ({
    ...{ lane: laneOf(webhook), id: uuidFromId(id), webhook: uuidFromId(webhook), status },
    job: jobId && uuidFromId(jobId),
  });
  await trail.sql(
    `insert into invocation (lane, id, webhook_id, event_id, event_type, status, attempts_count, latest_at, job_id)
select lane, id, webhook, id, 'a.b', status::delivery_status, 2, now(), job
from json_to_recordset($1) as r (lane smallint, id uuid, webhook uuid, status text, job uuid)`,
    [
      JSON.stringify(
        rows.flatMap(({ copy, id, isLast, state, status, webhookId }) => [
          invocation(webhookId, id, status, isLast ? job : null),
          ...(isCopied(state) ? [invocation(target.id, copy, status, copying)] : []),
        ]),
      ),
    ],
  );
  await trail.sql(
    `insert into job_item (job_id, webhook_id, invocation_id, attempts_count, state, target_id)
select job, webhook, id, 1, state, target
from json_to_recordset($1) as r (job uuid, webhook uuid, id uuid, state text, target uuid)`,
    [
      JSON.stringify(
        rows.flatMap(({ copy, id, state, webhookId }) => {
          const item = { webhook: uuidFromId(webhookId), id: uuidFromId(id), state };
          const targetId = isCopied(state) ? uuidFromId(copy) : null;
          return [
            { ...item, job: uuidFromId(job), target: null },
            { ...item, job: uuidFromId(copying), target: targetId },
          ];
        }),
      ),
    ],
  );
  const byId = (
    one: { id: string; webhookId: string },
    other: { id: string; webhookId: string },
  ) => (one.id + one.webhookId < other.id + other.webhookId ? -1 : 1);
  sent = rows.filter(({ isLast }) => isLast).sort(byId);
  copied = rows
    .filter(({ state }) => isCopied(state))
    .map(({ copy }) => copy)
    .sort();
});
afterAll(() => trail.drop());

interface Walk {
  readonly q?: string;
  readonly jobId?: string;
  readonly descending?: boolean;
  readonly backward?: boolean;
  readonly size?: number;
  readonly bounds?: { readonly rows: number; readonly ms: number };
}

/** Walks all pages; how many there were, and what they had. */
async function walk({
  q = '',
  jobId = job,
  descending = false,
  backward = false,
  size = 100,
  bounds,
}: Walk) {
  const query = compileQuery(parseQuery(`job:${jobId} ${q}`), NOW_MS, 'test');
  const among = [...webhooks, target].filter(({ id, name }) =>
    query.webhooks.every(({ names, not }) => (names.has(id) || names.has(name)) !== not),
  );
  const end = { key: '', id: descending ? '0'.repeat(26) : `7${'Z'.repeat(25)}` };
  let place: Omit<PageRequest, 'size'> = backward ? { before: end } : {};
  const ids: string[] = [];
  for (let pages = 1; ; pages++) {
    expect(pages).toBeLessThan(400);
    const page = await listJobInvocations(
      { clock, database: trail.database, retentionDays: 7 },
      {
        ...{ jobId, query, descending, webhooks: among, page: { size, ...place } },
        targetId: jobId === copying ? target.id : null,
      },
      bounds,
    );
    const shown = page.rows.map(({ id }) => id);
    expect(shown.length).toBeLessThanOrEqual(size);
    if (backward) ids.unshift(...shown);
    else ids.push(...shown);
    const next = backward ? page.before : page.after;
    if (next === undefined) return { ids, pages };
    place = backward ? { before: next } : { after: next };
  }
}

const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe('the list of a job', () => {
  const ways = [false, true].flatMap((descending) =>
    [false, true].flatMap((backward) => [11, 100].map((size) => ({ descending, backward, size }))),
  );

  it.each(ways)('has what it sent, each once, %o', async (way) => {
    const wanted = way.descending ? idsOf(sent).toReversed() : idsOf(sent);
    expect((await walk(way)).ids).toEqual(wanted);
    const wantedCopies = way.descending ? copied.toReversed() : copied;
    expect((await walk({ ...way, jobId: copying })).ids).toEqual(wantedCopies);
  });

  it('is narrowed by every other term', async () => {
    const failed = sent.filter(({ status }) => status === 'timeout');
    expect((await walk({ q: 'status:timeout' })).ids).toEqual(idsOf(failed));
    const [, b] = webhooks as [ListedWebhook, ListedWebhook];
    const ofB = sent.filter(({ webhookId }) => webhookId === b.id);
    expect((await walk({ q: 'webhook:b' })).ids).toEqual(idsOf(ofB));
    const since = new Date(NOW_MS - DAY_MS).toISOString();
    const young = sent.filter(({ id }) => id >= idAt(NOW_MS - DAY_MS).slice(0, 10));
    expect((await walk({ q: `since:${since}` })).ids).toEqual(idsOf(young));
    const until = new Date(NOW_MS - DAY_MS - 1).toISOString();
    expect((await walk({ q: `until:${until}`, descending: true })).ids).toEqual(
      idsOf(sent.filter((one) => !young.includes(one))).toReversed(),
    );
    expect((await walk({ q: 'type:other' })).ids).toEqual([]);
    expect((await walk({ q: 'webhook:a', jobId: copying })).ids).toEqual([]);
  });

  it('ends a page at its bound, and goes on with the next one', async () => {
    const bounds = { rows: 30, ms: 60_000 };
    const { ids, pages } = await walk({ q: 'status:timeout', size: 3, bounds });
    expect(ids).toEqual(idsOf(sent.filter(({ status }) => status === 'timeout')));
    expect(pages).toBeGreaterThan(COUNT / 30);
    expect((await walk({ q: 'type:other', size: 1, bounds: { rows: 1, ms: 60_000 } })).ids).toEqual(
      [],
    );
  });

  it('is what the list over all webhooks gives, which reads no webhook for it', async () => {
    const names: string[] = [];
    const database: Runner = {
      run: (query, params) => {
        names.push(query.name);
        return trail.database.run(query, params);
      },
    };
    const ask = (text: string) =>
      listCreatedInvocations(
        { clock, database, oneLane: false, retentionDays: 7 },
        {
          query: compileQuery(parseQuery(text), NOW_MS, 'test'),
          ...{ webhooks, descending: true, page: { size: 500 } },
        },
      );
    const { rows } = await ask(`job:${job}`);
    expect(idsOf(rows)).toEqual(idsOf(sent).toReversed());
    expect(names).toEqual(['read-job-list', 'read-items-newest', 'read-keyed-invocations']);
    // Two jobs, or one whose items are deleted, are found in the webhooks.
    expect(idsOf((await ask(`job:${job},${copying}`)).rows)).toEqual(idsOf(rows));
    await trail.sql('update job set items_cleared = true where id = $1', [uuidFromId(job)]);
    expect(idsOf((await ask(`job:${job}`)).rows)).toEqual(idsOf(rows));
    expect(names.at(-1)).toMatch(/^read-created-invocations/);
  });
});
