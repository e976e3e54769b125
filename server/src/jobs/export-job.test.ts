import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@hooktrail/harness/eventually';
import { answering, type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepPartitions } from '../keep/partitions.ts';
import { uuidFromId } from '../model/ids.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import { fillInvocations } from '../testing/fill-invocations.ts';
import { type ExportGate, gateExports } from '../testing/gate-exports.ts';
import { subscribe } from '../testing/subscribe.ts';
import { idAt } from '../testing/test-api.ts';
import { createTestArchive } from '../testing/test-archive.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sql, startTestNode, type TestNode, TOKEN } from '../testing/test-node.ts';

const TODAY_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const MAX_BYTES = 20_000_000;

let database: TestDatabase;
let dir: string;
let node: TestNode;
let receiver: Receiver;
let hooktrail: Hooktrail;
let gate: ExportGate;
let readToken: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dir = await mkdtemp(join(tmpdir(), 'hooktrail-exports-'));
  await keepPartitions(database.url, {
    nowMs: TODAY_MS - 5 * DAY_MS,
    ahead: 6,
    keepMs: Number.MAX_SAFE_INTEGER,
  });
  node = await startTestNode(database.url, { exportDir: dir, maxExportBytesPerAccount: MAX_BYTES });
  gate = await gateExports(database.url);
  receiver = await startReceiver();
  hooktrail = new Hooktrail({ baseUrl: node.url, auth: { accessToken: TOKEN } });
  const { body } = await node.call('POST', '/v1/tokens', { token: { name: 'r', role: 'read' } });
  readToken = body.token.secret;
});
afterAll(async () => {
  await node?.stop();
  await receiver?.close();
  await rm(dir, { recursive: true, force: true });
  await database?.drop();
});

async function create(body: object) {
  const answer = await node.call('POST', '/v1/jobs', {
    kind: 'export',
    of: 'invocations',
    ...body,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.job;
}

const show = async (id: string) => (await node.call('GET', `/v1/jobs/${id}`)).body.job;

const until = (id: string, state: string) =>
  eventually(`the job to be ${state}`, async () => {
    const job = await show(id);
    if (job.state === 'stopped' && state !== 'stopped') throw new Error(job.state_reason);
    return job.state === state ? job : undefined;
  });

const listFiles = (id: string) => node.call('GET', `/v1/jobs/${id}/files`);

const filesOf = async (id: string) => (await listFiles(id)).body.files;

/** What the list and a file of an export answer whose files are deleted. */
async function expectGone(id: string, message: string): Promise<void> {
  const list = await listFiles(id);
  const file = await fetchFile(id, 1);
  for (const [status, { error }] of [
    [list.status, list.body],
    [file.status, JSON.parse(file.text)],
  ]) {
    expect([status, error.code]).toEqual([410, 'FilesExpired']);
    expect(error.message).toContain(message);
  }
}

/** The text of a file, as bytes of the answer. */
async function fetchFile(id: string, number: number, headers: Record<string, string> = {}) {
  const answer = await fetch(`${node.url}/v1/jobs/${id}/files/${number}`, {
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** The rows of all files of an export, after its hashes were checked. */
async function rowsOf(id: string) {
  // biome-ignore lint/suspicious/noExplicitAny: rows of every kind
  const rows: Record<string, any>[] = [];
  for (const { number, bytes, sha256, rows: count } of await filesOf(id)) {
    const { text } = await fetchFile(id, number);
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
    expect(Buffer.byteLength(text)).toBe(bytes);
    const lines = text.split('\n').slice(0, -1);
    expect(lines).toHaveLength(count);
    rows.push(...lines.map((line) => JSON.parse(line)));
  }
  return rows;
}

/** All rows of a list, oldest first. */
async function listed(path: string, name: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (let url = `${node.url}${path}`; url; ) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
    // biome-ignore lint/suspicious/noExplicitAny: lists of every kind
    const body: any = await answer.json();
    expect(answer.status, JSON.stringify(body)).toBe(200);
    rows.push(...body[name]);
    url = body.links.next ?? '';
  }
  return rows;
}

const webhook = (type: string) => subscribe(node.url, type, receiver.url);

async function publish(type: string, events: readonly object[]): Promise<void> {
  const { status } = await node.call(
    'POST',
    '/v1/events/batch',
    events.map((event) => ({ type, ...event })),
  );
  expect(status).toBe(200);
}

describe('an export of invocations', () => {
  test('has the rows of the list, a file a day, with hashes and a manifest', async () => {
    const webhookId = await webhook('test.days');
    const days = [5, 3, 1].map((ago) => TODAY_MS - ago * DAY_MS);
    // The last moment of a day, and the first.
    const times = days.flatMap((ms) => [ms, ms + HOUR_MS, ms + DAY_MS - 1]);
    await fillInvocations(database.url, webhookId, times);
    const asked = { query: `webhook:${webhookId} since:9d`, reason: 'for finance' };
    const dry = await node.call('POST', '/v1/jobs', {
      kind: 'export',
      of: 'invocations',
      ...asked,
      dry_run: true,
    });
    expect(dry.status).toBe(200);
    expect(dry.body.estimate).toMatchObject({ exact: true, rows: 9, webhooks_count: 1 });
    const job = await create(asked);
    const done = await until(job.id, 'done');
    expect(done).toMatchObject({
      kind: 'export',
      of: 'invocations',
      format: 'ndjson',
      reason: 'for finance',
      counts: { rows: 9 },
      share: 1,
      files: { count: 3 },
    });
    expect(JSON.stringify(done.query)).not.toContain('9d');
    const files = await filesOf(job.id);
    expect(files.map(({ day, name, state }: Record<string, string>) => [day, name, state])).toEqual(
      days.map((ms) => {
        const day = new Date(ms).toISOString().slice(0, 10);
        return [day, `${day}.ndjson`, 'complete'];
      }),
    );
    const path = `/v1/invocations?q=webhook:${webhookId}&sort=created`;
    expect(await rowsOf(job.id)).toEqual(await listed(path, 'invocations'));
    const manifest = JSON.parse(await readFile(join(dir, job.id, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ job: job.id, rows: 9, bytes: done.counts.bytes });
    expect(manifest.files.map(({ sha256 }: { sha256: string }) => sha256)).toEqual(
      files.map(({ sha256 }: { sha256: string }) => sha256),
    );
    expect((await readdir(join(dir, job.id))).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('is exact while events are published and delivered', async () => {
    receiver.behave(answering(200));
    const webhookId = await webhook('test.busy');
    const accepted: string[] = [];
    let stop = false;
    const publishing = (async () => {
      const events = Array.from({ length: 50 }, () => ({ type: 'test.busy' }));
      for (let batch = 0; !stop && batch < 60; batch++) {
        const { body } = await node.call('POST', '/v1/events/batch', events);
        for (const { invocations } of body.results) accepted.push(invocations[0].id);
      }
    })();
    await eventually('some', async () => accepted.length >= 100);
    const before = [...accepted];
    const job = await create({ query: `webhook:${webhookId}` });
    const done = await until(job.id, 'done');
    stop = true;
    await publishing;
    const ids = (await rowsOf(job.id)).map(({ id }) => id as string);
    expect(new Set(ids).size).toBe(ids.length);
    expect(done.counts.rows).toBe(ids.length);
    // All that was accepted when it was created, in the order of creation, and nothing younger.
    expect(ids).toEqual(ids.toSorted());
    expect(before.filter((id) => !ids.includes(id))).toEqual([]);
    expect((ids.at(-1) as string) < job.id).toBe(true);
  });
});

describe('a file', () => {
  let id: string;
  let whole: string;
  let etag: string;

  beforeAll(async () => {
    const webhookId = await webhook('test.ranges');
    await fillInvocations(database.url, webhookId, [TODAY_MS - DAY_MS, TODAY_MS - DAY_MS + 1]);
    ({ id } = await create({ query: `webhook:${webhookId}` }));
    await until(id, 'done');
    const file = await fetchFile(id, 1);
    whole = file.text;
    etag = file.headers.get('etag') as string;
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': String(whole.length),
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': expect.stringContaining(`attachment; filename="${id}-`),
      etag: `"${createHash('sha256').update(whole).digest('hex')}"`,
      'repr-digest': `sha-256=:${createHash('sha256').update(whole).digest('base64')}:`,
    });
  });

  test('comes in ranges', async () => {
    const some = await fetchFile(id, 1, { range: 'bytes=5-14', 'if-range': etag });
    expect([some.status, some.text]).toEqual([206, whole.slice(5, 15)]);
    expect(some.headers.get('content-range')).toBe(`bytes 5-14/${whole.length}`);
    const last = await fetchFile(id, 1, { range: 'bytes=-7' });
    expect([last.status, last.text]).toEqual([206, whole.slice(-7)]);
    const beyond = await fetchFile(id, 1, { range: `bytes=${whole.length}-` });
    expect([beyond.status, JSON.parse(beyond.text).error.code]).toEqual([
      416,
      'RangeNotSatisfiable',
    ]);
    expect(beyond.headers.get('content-range')).toBe(`bytes */${whole.length}`);
    // Of another file: the whole of this one.
    const other = await fetchFile(id, 1, { range: 'bytes=5-14', 'if-range': '"x"' });
    expect([other.status, other.text]).toEqual([200, whole]);
    const several = await fetchFile(id, 1, { range: 'bytes=0-1,3-4' });
    expect([several.status, several.text]).toEqual([200, whole]);
    expect((await fetchFile(id, 1, { 'if-none-match': etag })).status).toBe(304);
    const head = await fetch(`${node.url}/v1/jobs/${id}/files/1`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, `${whole.length}`]);
  });

  test('is downloaded by the SDK, which goes on where a connection broke and checks the hash', async () => {
    const ranges: (string | null)[] = [];
    const breaking = (breaks: number, change: (bytes: Uint8Array) => Uint8Array = (same) => same) =>
      new Hooktrail({
        baseUrl: node.url,
        auth: { accessToken: TOKEN },
        fetch: async (url, init) => {
          const response = await fetch(url, init);
          ranges.push(new Headers(init?.headers).get('range'));
          const bytes = change(new Uint8Array(await response.arrayBuffer()));
          const ends = ranges.length <= breaks;
          const body = new ReadableStream({
            start(controller) {
              controller.enqueue(ends ? bytes.slice(0, 100) : bytes);
              if (!ends) controller.close();
            },
            pull(controller) {
              if (ends) controller.error(new Error('reset'));
            },
          });
          return new Response(body, { status: response.status, headers: response.headers });
        },
      });
    expect(await new Response(breaking(2).jobs.download(id, 1)).text()).toBe(whole);
    expect(ranges).toEqual([null, 'bytes=100-', 'bytes=200-']);
    const upper = (bytes: Uint8Array) =>
      new TextEncoder().encode(`${new TextDecoder().decode(bytes)}`.toUpperCase());
    await expect(new Response(breaking(0, upper).jobs.download(id, 1)).text()).rejects.toThrow(
      'has not the SHA-256',
    );
    await expect(new Response(hooktrail.jobs.download(id, 9)).text()).rejects.toThrow('404');
    const files = await hooktrail.jobs.files(id).all();
    expect(files).toMatchObject([{ id: 1, number: 1, bytes: whole.length, state: 'complete' }]);
  });

  test('that was changed or removed is refused, not sent', async () => {
    const [{ name }] = await filesOf(id);
    const path = join(dir, id, name);
    await writeFile(path, `${whole}more`);
    const changed = await fetchFile(id, 1);
    expect([changed.status, JSON.parse(changed.text).error.code]).toEqual([
      409,
      'ExportUnavailable',
    ]);
    expect(changed.text).not.toContain(dir);
    await rm(path);
    const gone = await fetchFile(id, 1);
    expect([gone.status, JSON.parse(gone.text).error.code]).toEqual([410, 'FilesExpired']);
    await writeFile(path, whole);
  });

  test('is deleted when it expires, or when people say so', async () => {
    const deleted = await node.call('DELETE', `/v1/jobs/${id}/files`);
    expect(deleted.status).toBe(204);
    expect((await node.call('DELETE', `/v1/jobs/${id}/files`)).status).toBe(204);
    await expectGone(id, 'were kept until');
    expect((await show(id)).files).toMatchObject({ count: 1, deleted: true });
    await eventually('the folder to be gone', async () => !(await readdir(dir)).includes(id));
    const { body } = await node.call('GET', '/v1/audit?page[size]=1');
    expect(body.audit[0]).toMatchObject({ operation: 'deleteJobFiles' });
  });
});

describe('an export of attempts', () => {
  test('has the rows of the API, with secrets masked by role, and is not for everybody', async () => {
    receiver.behave(answering(200));
    const webhookId = await webhook('test.secret');
    const { status } = await node.call('PATCH', `/api/v2/webhooks/${webhookId}`, {
      webhook: {
        endpoint: `${receiver.url}?token=canary-of-the-url`,
        custom_headers: { 'X-Tenant': 'canary-of-a-header' },
      },
    });
    expect(status).toBe(204);
    await publish('test.secret', [{ subject: 'one' }, { subject: 'two' }]);
    await eventually('attempts', async () => {
      const q = `/v1/invocations?q=webhook:${webhookId}%20status:success`;
      return (await node.call('GET', q)).body.invocations.length === 2;
    });
    const query = `webhook:${webhookId}`;
    const [forAdmins, forReaders, without] = await Promise.all([
      create({ of: 'attempts', query }),
      create({ of: 'attempts', query, role: 'read' }),
      create({ of: 'attempts', query, bodies: false }),
    ]);
    await Promise.all([forAdmins, forReaders, without].map(({ id }) => until(id, 'done')));
    const asReader = { authorization: `Bearer ${readToken}` };
    const attemptsAs = async (authorization: string) => {
      const invocations = await listed(`/v1/invocations?q=${query}&sort=created`, 'invocations');
      const answers = invocations.map(async ({ id, webhook: of }) => {
        const url = `${node.url}/v1/invocations/${id}/attempts`;
        const answer = await fetch(url, { headers: { authorization } });
        const { attempts } = (await answer.json()) as { attempts: object[] };
        const { origin: _, ...shown } = of as { origin?: string };
        return attempts.map((one) => ({ webhook: shown, number: 1, ...one }));
      });
      return (await Promise.all(answers)).flat();
    };
    expect(await rowsOf(forAdmins.id)).toEqual(await attemptsAs(`Bearer ${TOKEN}`));
    expect(await rowsOf(forReaders.id)).toEqual(await attemptsAs(asReader.authorization));
    const secrets = /canary-of-the-url|canary-of-a-header/;
    expect(JSON.stringify(await rowsOf(forAdmins.id))).toMatch(secrets);
    expect(JSON.stringify(await rowsOf(forReaders.id))).not.toMatch(secrets);
    for (const row of await rowsOf(without.id)) {
      expect(row).toMatchObject({ request: { headers: expect.any(Array) } });
      expect(JSON.stringify(row)).not.toMatch(/"(payload|response_body|response_body_raw)":/);
    }
    const refused = await fetchFile(forAdmins.id, 1, asReader);
    expect([refused.status, JSON.parse(refused.text).error.code]).toEqual([403, 'Forbidden']);
    expect((await fetchFile(forReaders.id, 1, asReader)).status).toBe(200);
  });

  test('has each attempt of an invocation with very many of them once', async () => {
    const webhookId = await webhook('test.many');
    const [id] = await fillInvocations(database.url, webhookId, [TODAY_MS - DAY_MS]);
    await sql(
      database.url,
      `insert into attempt (lane, invocation_id, number, id, status, duration_ms, recorded_at, request_headers)
select i.lane, i.id, n, i.id, 'failed', 1, now(), '["A","b"]'
from invocation i, generate_series(1, 2500) as n where i.id = $1`,
      [uuidFromId(id as string)],
    );
    const job = await create({ of: 'attempts', query: `webhook:${webhookId}` });
    expect((await until(job.id, 'done')).counts.rows).toBe(2_500);
    const numbers = (await rowsOf(job.id)).map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1));
  });
});

describe('an export of events', () => {
  test('has bodies, and CSV in which no formula runs', async () => {
    const evil = ['=1+1', '@SUM(A1)', 'fine, "quoted"', '\t=2', 'a;-1\n+3', ' "=4'];
    const type = 'test.formula';
    await publish(
      type,
      evil.map((subject) => ({ subject })),
    );
    const query = `type:${type}`;
    const rows = await create({ of: 'events', query });
    const csv = await create({ of: 'events', query, format: 'csv' });
    expect((await until(rows.id, 'done')).counts.rows).toBe(evil.length);
    await until(csv.id, 'done');
    const events = await listed(`/v1/events?filter[type]=${type}&sort=created_at`, 'events');
    const written = await rowsOf(rows.id);
    expect(written.map(({ body: _, ...event }) => event)).toEqual(events);
    const subjects = written.map(({ body }) => JSON.parse(body as string).subject);
    expect(subjects.sort()).toEqual(evil.toSorted());
    const { headers, text } = await fetchFile(csv.id, 1);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const [head, ...lines] = text.split('\r\n');
    expect(head).toBe(
      'id,stored_id,type,created_at,body_length,invocations_count,skipped_count,origin,body',
    );
    expect(lines).toHaveLength(evil.length + 1);

    const webhookId = await webhook('test.names');
    await node.call('PATCH', `/api/v2/webhooks/${webhookId}`, { webhook: { name: '=cmd|calc' } });
    await publish('test.names', [{ subject: '=HYPERLINK("x")' }]);
    const named = await create({ query: `webhook:${webhookId}`, format: 'csv' });
    await until(named.id, 'done');
    const line = (await fetchFile(named.id, 1)).text.split('\r\n')[1] as string;
    expect(line).toContain(`,'=cmd|calc,`);
    expect(line).toContain(`,"'=HYPERLINK(""x"")",`);
  });
});

describe('an export', () => {
  test('waits, goes on and ends as people say', async () => {
    const webhookId = await webhook('test.acts');
    await fillInvocations(
      database.url,
      webhookId,
      Array.from({ length: 3_000 }, (_, index) => TODAY_MS - 2 * DAY_MS + index),
    );
    const query = `webhook:${webhookId}`;
    await gate.set(2_500);
    const { id } = await create({ query });
    await gate.held();
    expect((await node.call('POST', `/v1/jobs/${id}/pause`)).status).toBe(200);
    await gate.open();
    const paused = await until(id, 'paused');
    expect(paused.counts.rows).toBeGreaterThan(0);
    expect(paused.counts.rows).toBeLessThanOrEqual(2_500);
    const writing = await fetchFile(id, 1);
    expect([writing.status, JSON.parse(writing.text).error.code]).toEqual([409, 'JobConflict']);
    expect(await filesOf(id)).toMatchObject([{ state: 'writing', rows: paused.counts.rows }]);
    const rate = await node.call('PATCH', `/v1/jobs/${id}`, { rate: 3 });
    expect([rate.status, rate.body.error.message]).toEqual([
      409,
      'this job is an export: it has no rate to change',
    ]);
    const early = await node.call('DELETE', `/v1/jobs/${id}/files`);
    expect([early.status, early.body.error.code]).toEqual([409, 'JobConflict']);
    await node.call('POST', `/v1/jobs/${id}/resume`);
    await until(id, 'done');
    const ids = (await rowsOf(id)).map((row) => row['id']);
    expect([ids.length, new Set(ids).size]).toEqual([3_000, 3_000]);

    await gate.set(2_500);
    const other = (await create({ query })).id;
    await gate.held();
    await node.call('POST', `/v1/jobs/${other}/cancel`);
    await gate.open();
    await eventually('its files to be gone', async () => !(await readdir(dir)).includes(other));
    await expectGone(other, `job ${other} was cancelled: its files are deleted`);
  });

  test('whose file is lost begins that file again', async () => {
    const webhookId = await webhook('test.lost');
    const times = [3, 2].flatMap((ago) =>
      Array.from({ length: 2_500 }, (_, index) => TODAY_MS - ago * DAY_MS + index),
    );
    await fillInvocations(database.url, webhookId, times);
    await gate.set(4_500);
    const { id } = await create({ query: `webhook:${webhookId}` });
    await gate.held();
    await node.call('POST', `/v1/jobs/${id}/pause`);
    await gate.open();
    expect((await until(id, 'paused')).counts.rows).toBeGreaterThanOrEqual(2_500);
    for (const name of await readdir(join(dir, id))) {
      if (name.endsWith('.part')) await rm(join(dir, id, name));
    }
    await node.call('POST', `/v1/jobs/${id}/resume`);
    await until(id, 'done');
    const ids = (await rowsOf(id)).map((row) => row['id']);
    expect([ids.length, new Set(ids).size]).toEqual([5_000, 5_000]);
  });

  test('stops where the files of the account are as large as they may be', async () => {
    const webhookId = await webhook('test.large');
    const times = Array.from({ length: 300 }, (_, index) => TODAY_MS - DAY_MS + index);
    await fillInvocations(database.url, webhookId, times);
    const filler = await create({ query: `webhook:${webhookId}` });
    await until(filler.id, 'done');
    // As if it had almost all that is allowed.
    const sized = 'update job_file set bytes = $2 where job_id = $1';
    await sql(database.url, sized, [uuidFromId(filler.id), MAX_BYTES]);
    const full = await node.call('POST', '/v1/jobs', {
      kind: 'export',
      of: 'invocations',
      query: `webhook:${webhookId}`,
    });
    expect([full.status, full.body.error.code]).toEqual([409, 'ExportsFull']);
    expect(full.body.error.message).toContain(`at most ${MAX_BYTES} are allowed`);
    await sql(database.url, sized, [uuidFromId(filler.id), 0]);
    await gate.set(0);
    const { id } = await create({ query: `webhook:${webhookId}` });
    await gate.held();
    await node.call('POST', `/v1/jobs/${id}/pause`);
    await gate.open();
    await sql(database.url, sized, [uuidFromId(filler.id), MAX_BYTES]);
    await node.call('POST', `/v1/jobs/${id}/resume`);
    const stopped = await eventually('an end', async () => {
      const job = await show(id);
      return ['stopped', 'done'].includes(job.state) ? job : undefined;
    });
    expect(stopped).toMatchObject({ state: 'stopped', reason_code: 'limit' });
    await sql(database.url, sized, [uuidFromId(filler.id), 0]);
    await node.call('POST', `/v1/jobs/${id}/resume`);
    expect((await until(id, 'done')).counts.rows).toBe(300);
  });

  test('is refused where the account has as many files as it may have', async () => {
    const filler = await create({ of: 'events', query: 'type:none' });
    await until(filler.id, 'done');
    const id = uuidFromId(filler.id);
    // Beside the files of the exports before it.
    await sql(
      database.url,
      `insert into job_file (job_id, number, account_id, folder, name, day, rows, bytes, expires_at)
select $1, n, 1, 'x', 'x', '2026-11-28', 1, 1, now() + interval '1 day'
from generate_series(1, 20000 - (select count(*)::integer from job_file)) n`,
      [id],
    );
    const asked = { kind: 'export', of: 'events', query: 'type:x' };
    const full = await node.call('POST', '/v1/jobs', asked);
    expect([full.status, full.body.error.code]).toEqual([409, 'ExportsFull']);
    expect(full.body.error.message).toContain('are 20000, and at most 20000 are allowed');
    await sql(database.url, 'delete from job_file where job_id = $1 and number = 1', [id]);
    const { status, body } = await node.call('POST', '/v1/jobs', asked);
    expect(status).toBe(201);
    await until(body.job.id, 'done');
    await sql(database.url, 'delete from job_file where job_id = $1', [id]);
  });

  test('expires 7 days after it is done', async () => {
    const webhookId = await webhook('test.expired');
    await fillInvocations(database.url, webhookId, [TODAY_MS - DAY_MS]);
    const [old, young] = await Promise.all([
      create({ query: `webhook:${webhookId}` }),
      create({ query: `webhook:${webhookId}` }),
    ]);
    for (const { id } of [old, young]) await until(id, 'done');
    const id = uuidFromId(old.id);
    const days = `select extract(epoch from expires_at - ended_at) / 86400 as days
from job join job_file on job_id = id where id = $1`;
    expect(Number((await sql<{ days: string }>(database.url, days, [id]))[0]?.days)).toBeCloseTo(
      7,
      3,
    );
    expect((await fetchFile(old.id, 1)).status).toBe(200);
    // As if they had passed.
    const passed = `interval '7 days 1 second'`;
    await sql(database.url, `update job set ended_at = ended_at - ${passed} where id = $1`, [id]);
    await sql(
      database.url,
      `update job_file set expires_at = expires_at - ${passed} where job_id = $1`,
      [id],
    );
    await expectGone(old.id, 'were kept until');
    expect((await show(old.id)).files).toMatchObject({ count: 1, deleted: true });
    // Deleting those of another one makes the node look.
    await node.call('DELETE', `/v1/jobs/${young.id}/files`);
    await eventually('both folders to be gone', async () => {
      const names = await readdir(dir);
      return ![old, young].some((job) => names.includes(job.id));
    });
  });

  test('has rows of ours and rows that are archived of a remote account', async () => {
    const archive = createTestArchive((text, values) => sql(database.url, text, values));
    const source = await archive.source('acme');
    const remote = await archive.webhook(source, { name: 'Orders' });
    const local = await webhook('test.families');
    const times = [3, 2, 1].map((ago) => TODAY_MS - ago * DAY_MS);
    const ids: string[] = [];
    for (const ms of times) {
      const [eventId, invocationId] = [idAt(ms + 500), idAt(ms + 501)];
      await archive.event(eventId, { sourceId: source, type: 'test.families', body: '{"n":1}' });
      const outcomes = [
        { status: 'failed', statusCode: 500, requestHeaders: ['A', 'b'], responseBody: 'no' },
        { status: 'success', statusCode: 200 },
      ];
      await archive.invocation(remote, { id: invocationId, eventId, outcomes });
      const filled = await fillInvocations(database.url, local, [ms, ms + DAY_MS - 1]);
      ids.push(filled[0] as string, invocationId, filled[1] as string);
    }
    const query = `webhook:${remote},${local}`;
    const [both, ours, attempts, events] = await Promise.all([
      create({ query }),
      create({ query: `${query} origin:local` }),
      create({ query, of: 'attempts' }),
      create({ query: 'type:test.families', of: 'events' }),
    ]);
    for (const { id } of [both, ours, attempts, events]) await until(id, 'done');
    const rows = await rowsOf(both.id);
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(rows).toEqual(await listed(`/v1/invocations?q=${query}&sort=created`, 'invocations'));
    expect(rows.filter(({ origin }) => origin !== undefined).map(({ id }) => id)).toEqual(
      ids.filter((_, index) => index % 3 === 1),
    );
    expect((await rowsOf(ours.id)).map(({ id }) => id)).toEqual(
      ids.filter((_, index) => index % 3 !== 1),
    );
    expect(
      (await rowsOf(attempts.id)).map(({ number, status, webhook: { id } }) => [
        id,
        number,
        status,
      ]),
    ).toEqual(
      times.flatMap(() => [
        [remote, 1, 'failed'],
        [remote, 2, 'success'],
      ]),
    );
    expect((await rowsOf(events.id)).map(({ body }) => body)).toEqual(times.map(() => '{"n":1}'));
  });

  test('is refused where nodes write to different folders, and says so', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'hooktrail-exports-'));
    const other = await startTestNode(database.url, { exportDir: elsewhere });
    try {
      const asked = { kind: 'export', of: 'events', query: 'type:x' };
      for (const one of [node, other]) {
        const { status, body } = await one.call('POST', '/v1/jobs', asked);
        expect([status, body.error.code]).toEqual([409, 'ExportUnavailable']);
        expect(body.error.message).toContain('HOOKTRAIL_EXPORT_DIR');
        expect(body.error.message).not.toContain(elsewhere);
      }
    } finally {
      await other.stop();
      await rm(elsewhere, { recursive: true, force: true });
    }
    // The other one has stopped.
    const { id } = await create({ of: 'events', query: 'type:x' });
    expect((await until(id, 'done')).files).toMatchObject({ count: 0 });
    // Nothing would delete the folder of an export without files.
    expect(await readdir(dir)).not.toContain(id);
    const sharing = await startTestNode(database.url, { exportDir: dir });
    try {
      const shared = await create({ of: 'events', query: 'type:x' });
      await until(shared.id, 'done');
    } finally {
      await sharing.stop();
    }
  });
});

test('the commands of docs/exporting.md do what the page says', async () => {
  const page = await readFile(new URL('../../../docs/exporting.md', import.meta.url), 'utf8');
  const blocks = (language: string) =>
    [...page.matchAll(new RegExp(`\`\`\`${language}\n(.+?)\n\`\`\``, 'gs'))].map(
      (match) => match[1] as string,
    );
  const [ask, make, download] = blocks('sh') as [string, string, string];
  receiver.behave(answering(200));
  const webhookId = await webhook('test.docs');
  await publish('test.docs', [{}]);
  await eventually('an attempt', async () => {
    const { body } = await node.call('GET', `/v1/invocations?q=webhook:${webhookId}`);
    return body.invocations[0]?.status === 'success';
  });
  const cwd = await mkdtemp(join(tmpdir(), 'hooktrail-exports-'));
  const run = async (commands: string, JOB = '') => {
    const env = { ...process.env, HOOKTRAIL: node.url, TOKEN, JOB };
    return (await promisify(execFile)('sh', ['-euc', commands], { cwd, env })).stdout;
  };
  try {
    const { estimate } = JSON.parse(await run(ask));
    expect(estimate).toMatchObject({ exact: expect.any(Boolean), rows: expect.any(Number) });
    const { job } = JSON.parse(await run(make));
    const done = await until(job.id, 'done');
    expect(done).toMatchObject({ of: 'attempts', counts: { rows: expect.any(Number) } });
    const { files } = JSON.parse((await run(download, job.id)).split('\n')[0] as string);
    expect(files).toHaveLength(done.files.count);
    const saved = await readFile(join(cwd, '1.ndjson'));
    expect(createHash('sha256').update(saved).digest('hex')).toBe(files[0].sha256);

    const source = (blocks('ts')[0] as string).replaceAll('file.name', 'join(cwd, file.name)');
    const names = ['hooktrail', 'writeFile', 'join', 'cwd'];
    const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
    await new AsyncFunction(...names, source)(hooktrail, writeFile, join, cwd);
    expect((await readdir(cwd)).length).toBeGreaterThan(1);
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
});
