import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { eventually } from '@hooktrail/harness/eventually';
import { type RcloneStore, startRcloneStore } from '@hooktrail/harness/rclone-store';
import {
  type S3Store,
  STORE_KEY,
  type StoreRequest,
  startS3Store,
} from '@hooktrail/harness/s3-store';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { keepPartitions } from '../keep/partitions.ts';
import { uuidFromId } from '../model/ids.ts';
import { DAY_MS } from '../model/time-units.ts';
import { fillEvents } from '../testing/fill-events.ts';
import { type ExportGate, gateExports } from '../testing/gate-exports.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { call, sql, startTestNode, type TestNode, TOKEN } from '../testing/test-node.ts';

const TODAY_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const PREFIX = 'some/exports/';

const EVENTS = 5;

/** More than one part of 8 MiB, and less than two. */
const LARGE = { count: 12, bytes: 750_000 };

let database: TestDatabase;
let store: S3Store;
let node: TestNode;
let gate: ExportGate;
let types = 0;

const storeOf = (url: string) => ({
  bucket: STORE_KEY.bucket,
  prefix: PREFIX,
  endpoint: url,
  region: 'us-east-1',
  key: { id: STORE_KEY.id, secret: STORE_KEY.secret },
  pathStyle: true,
});

beforeAll(async () => {
  [database, store] = await Promise.all([createTestDatabase(), startS3Store()]);
  const nowMs = TODAY_MS - 3 * DAY_MS;
  await keepPartitions(database.url, { nowMs, ahead: 4, keepMs: Number.MAX_SAFE_INTEGER });
  node = await startTestNode(database.url, { exportStore: storeOf(store.url) });
  gate = await gateExports(database.url);
});
afterEach(async () => {
  store.script = () => undefined;
  // A job that is still being cleared asks the store, and others share the answer.
  const busy = 'select count(*)::int as count from job where busy';
  await eventually('no job to be at work', async () => {
    return (await sql<{ count: number }>(database.url, busy))[0]?.count === 0;
  });
});
afterAll(async () => {
  await node?.stop();
  await store?.close();
  await database?.drop();
});

/** Events of a type of their own, all of one day unless said otherwise. */
async function fill(
  daysAgo: readonly number[] = [1],
  { count, bytes } = { count: EVENTS, bytes: 100 },
) {
  const type = `test.store${types++}`;
  const times = daysAgo.flatMap((ago) =>
    Array.from({ length: count }, (_, index) => TODAY_MS - ago * DAY_MS + index),
  );
  return { type, ids: await fillEvents(database.url, type, times, bytes) };
}

async function create(type: string, url = node.url): Promise<string> {
  const asked = { kind: 'export', of: 'events', query: `type:${type}` };
  const { body, status } = await call(url, 'POST', '/v1/jobs', asked);
  expect(status, JSON.stringify(body)).toBe(201);
  return body.job.id;
}

const show = async (id: string, url = node.url) =>
  (await call(url, 'GET', `/v1/jobs/${id}`)).body.job;

const until = (
  id: string,
  what: string,
  isSo: (job: Awaited<ReturnType<typeof show>>) => boolean,
) =>
  eventually(what, async () => {
    const job = await show(id);
    return isSo(job) ? job : undefined;
  });

const done = (id: string) =>
  until(id, 'the job to be done', ({ state, state_reason: reason }) => {
    if (state === 'stopped') throw new Error(reason);
    return state === 'done';
  });

const fetchFile = (
  id: string,
  number: number,
  headers: Record<string, string> = {},
  url = node.url,
) =>
  fetch(`${url}/v1/jobs/${id}/files/${number}`, {
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
  });

/** The ids in the files of an export, after their hashes were checked. */
async function idsOf(id: string, url = node.url): Promise<string[]> {
  const found: string[] = [];
  const { body } = await call(url, 'GET', `/v1/jobs/${id}/files`);
  for (const { bytes, number, rows, sha256 } of body.files) {
    const text = await (await fetchFile(id, number, {}, url)).text();
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
    expect(Buffer.byteLength(text)).toBe(bytes);
    const lines = text.split('\n').slice(0, -1);
    expect(lines).toHaveLength(rows);
    found.push(...lines.map((line) => JSON.parse(line).id));
  }
  return found;
}

const keysOf = (id: string) => [...store.objects.keys()].filter((key) => key.includes(id));
const uploadsOf = (id: string) => [...store.uploads.values()].filter(({ key }) => key.includes(id));

const isPart = ({ query }: StoreRequest) => query.has('partNumber');

describe('an export to a store', () => {
  test('has a file a day with its hash, a manifest, ranges, and goes when it is deleted', async () => {
    const { ids, type } = await fill([2, 1]);
    const id = await create(type);
    expect(await done(id)).toMatchObject({ counts: { rows: ids.length }, files: { count: 2 } });
    expect(await idsOf(id)).toEqual(ids.toSorted());
    const days = [2, 1].map((ago) => new Date(TODAY_MS - ago * DAY_MS).toISOString().slice(0, 10));
    const names = [...days.map((day) => `${day}.ndjson`), 'manifest.json'];
    expect(keysOf(id)).toEqual(names.map((name) => `${PREFIX}${id}/${name}`));
    expect(uploadsOf(id)).toEqual([]);
    const manifest = JSON.parse(String(store.objects.get(`${PREFIX}${id}/manifest.json`)));
    const { body } = await node.call('GET', `/v1/jobs/${id}/files`);
    expect(manifest.files.map(({ sha256 }: { sha256: string }) => sha256)).toEqual(
      body.files.map(({ sha256 }: { sha256: string }) => sha256),
    );
    const whole = String(store.objects.get(`${PREFIX}${id}/${names[0]}`));
    const range = await fetchFile(id, 1, { range: 'bytes=300-309' });
    expect([range.status, range.headers.get('content-range'), await range.text()]).toEqual([
      206,
      `bytes 300-309/${whole.length}`,
      whole.slice(300, 310),
    ]);
    expect((await node.call('DELETE', `/v1/jobs/${id}/files`)).status).toBe(204);
    await eventually('the objects to be gone', async () => keysOf(id).length === 0);
    expect((await fetchFile(id, 1)).status).toBe(410);
  });

  test('that is cancelled leaves neither objects nor uploads', async () => {
    const { type } = await fill([2, 1]);
    await gate.set(EVENTS + 1);
    const id = await create(type);
    await gate.held();
    expect([keysOf(id).length, uploadsOf(id).length]).toEqual([1, 1]);
    await node.call('POST', `/v1/jobs/${id}/cancel`);
    await gate.open();
    await eventually('nothing to be left', async () => {
      return keysOf(id).length + uploadsOf(id).length === 0;
    });
  });

  test('waits for a store that is away, says so, and goes on', async () => {
    const { ids, type } = await fill();
    await gate.set(0);
    const id = await create(type);
    await gate.held();
    await store.shut();
    await gate.open();
    const waiting = await until(id, 'it to wait', ({ reason_code: code }) => code === 'store');
    expect(waiting).toMatchObject({
      state: 'running',
      state_reason: 'the store of exports does not answer (ECONNREFUSED): the job tries again',
    });
    const asked = { kind: 'export', of: 'events', query: 'type:x' };
    const refused = await node.call('POST', '/v1/jobs', asked);
    expect([refused.status, refused.body.error.code, refused.body.error.message]).toEqual([
      503,
      'Unavailable',
      'the store of exports does not answer (ECONNREFUSED)',
    ]);
    await store.open();
    expect(await done(id)).not.toHaveProperty('reason_code');
    expect(await idsOf(id)).toEqual(ids.toSorted());
  });

  test('holds up no change of the account while a store is silent, and asks it once', async () => {
    const { type } = await fill();
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const isMark = ({ key }: StoreRequest) => key.endsWith('.hooktrail-exports');
    const before = store.requests.filter(isMark).length;
    store.script = async (request) => {
      if (isMark(request)) await released;
      return undefined;
    };
    onTestFailed(() => release());
    let created = 0;
    // More than the changes that a node makes at once.
    const creating = Array.from({ length: 6 }, async () => {
      const id = await create(type);
      created++;
      return id;
    });
    await eventually('the store to be asked', () => store.requests.filter(isMark).length > before);
    const token = { token: { name: 'meanwhile', role: 'read' } };
    expect((await node.call('POST', '/v1/tokens', token)).status).toBe(201);
    expect(created).toBe(0);
    // Once for all of them; the beat and the janitor of the node may have asked, too.
    expect(store.requests.filter(isMark).length - before).toBeLessThan(4);
    release();
    for (const id of await Promise.all(creating)) {
      await node.call('POST', `/v1/jobs/${id}/cancel`);
    }
    expect(created).toBe(6);
  });

  test('is created for nobody who went away while a store was silent', async () => {
    const { type } = await fill();
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = false;
    store.script = async ({ key }) => {
      if (!key.endsWith('.hooktrail-exports')) return undefined;
      asked = true;
      await released;
      return undefined;
    };
    onTestFailed(() => release());
    const newest = async () => (await node.call('GET', '/v1/jobs?page[size]=1')).body.jobs[0]?.id;
    const last = await newest();
    const leaving = new AbortController();
    const created = fetch(`${node.url}/v1/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'export', of: 'events', query: `type:${type}` }),
      signal: leaving.signal,
    });
    created.catch(() => undefined);
    await eventually('the store to be asked', () => asked);
    leaving.abort();
    await expect(created).rejects.toThrow(/abort/i);
    // The node has noticed by then.
    expect(await newest()).toBe(last);
    release();
    const id = await create(type);
    await done(id);
    const { jobs } = (await node.call('GET', '/v1/jobs?page[size]=2')).body;
    expect(jobs.map((job: { id: string }) => job.id)).toEqual([id, last]);
  });

  test('goes on where a store is busy, breaks connections and loses answers', async () => {
    const { ids, type } = await fill();
    let faults = 0;
    store.script = ({ key, method }) => {
      if (!key.includes(PREFIX) || method === 'GET') return undefined;
      faults++;
      return ([{ status: 503, code: 'SlowDown' }, 'reset', 'lose answer'] as const)[faults % 5];
    };
    const id = await create(type);
    await done(id);
    expect(faults).toBeGreaterThan(5);
    store.script = () => undefined;
    expect(await idsOf(id)).toEqual(ids.toSorted());
    expect(uploadsOf(id)).toEqual([]);
  });

  test.each([
    [403, 'AccessDenied', /refuses the key.*SECRET_ACCESS_KEY.*\(403 AccessDenied\); resume it/],
    [507, 'XMinioStorageFull', /is full: make room.*; resume it to go on$/],
    [404, 'NoSuchBucket', /no such bucket: make it, or correct HOOKTRAIL_EXPORT_S3_BUCKET/],
  ])('stops where the store answers %i %s, and is resumed', async (status, code, reason) => {
    const { ids, type } = await fill();
    store.script = (request) => (isPart(request) ? { status, code } : undefined);
    const id = await create(type);
    const stopped = await until(id, 'it to stop', ({ state }) => state === 'stopped');
    expect(stopped.reason_code).toBe('store');
    expect(stopped.state_reason).toMatch(reason);
    store.script = () => ({ status, code });
    const asked = { kind: 'export', of: 'events', query: 'type:x' };
    const refused = await node.call('POST', '/v1/jobs', asked);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'ExportUnavailable']);
    expect(refused.body.error.message).not.toContain(store.url);
    store.script = () => undefined;
    await node.call('POST', `/v1/jobs/${id}/resume`);
    await done(id);
    expect(await idsOf(id)).toEqual(ids.toSorted());
  });

  test('writes a day again whose upload somebody has aborted', async () => {
    const { ids, type } = await fill([2, 1], LARGE);
    let isAborted = false;
    store.script = (request) => {
      // The second part, after the first was recorded.
      if (request.query.get('partNumber') === '2' && !isAborted) {
        store.uploads.clear();
        isAborted = true;
      }
      return undefined;
    };
    const id = await create(type);
    expect((await done(id)).counts.rows).toBe(ids.length);
    expect(isAborted).toBe(true);
    expect(await idsOf(id)).toEqual(ids.toSorted());
  });

  test('stops where the store loses each upload', async () => {
    const { type } = await fill();
    store.script = (request) => {
      if (isPart(request)) store.uploads.clear();
      return undefined;
    };
    const id = await create(type);
    const stopped = await until(id, 'it to stop', ({ state }) => state === 'stopped');
    expect(stopped).toMatchObject({
      reason_code: 'store',
      state_reason: expect.stringMatching(/has lost \d{4}-\d\d-\d\d\.ndjson while.*, 4 times/),
    });
    await node.call('POST', `/v1/jobs/${id}/cancel`);
  });
});

describe('a file in a store', () => {
  let id: string;
  let key: string;

  beforeAll(async () => {
    const { type } = await fill();
    id = await create(type);
    await done(id);
    [key = ''] = keysOf(id);
  });

  test('is downloaded on where the store breaks off', async () => {
    let cuts = 0;
    store.script = (request) =>
      request.key === key && request.method === 'GET' && cuts++ < 2 ? 'cut' : undefined;
    const hooktrail = new Hooktrail({ baseUrl: node.url, auth: { accessToken: TOKEN } });
    const bytes = await new Response(hooktrail.jobs.download(id, 1)).arrayBuffer();
    expect(Buffer.from(bytes).equals(store.objects.get(key) as Buffer)).toBe(true);
    expect(cuts).toBe(3);
  });

  test('that the store cannot give now is 503, and of one that is away, too', async () => {
    store.script = () => ({ status: 503, code: 'SlowDown' });
    const busy = await fetchFile(id, 1);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '5']);
    store.script = () => ({ status: 403, code: 'AccessDenied' });
    const refused = await fetchFile(id, 1);
    const { error } = (await refused.json()) as { error: { code: string; message: string } };
    expect([refused.status, error.code]).toEqual([409, 'ExportUnavailable']);
    expect(error.message).toContain('HOOKTRAIL_EXPORT_S3_SECRET_ACCESS_KEY');
  });

  test('is given to some callers of an account at once, and the next ones are told', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    store.script = async (request) => {
      if (request.key === key) await released;
      return undefined;
    };
    // Of 64 at once on a node an account gets 56.
    const statuses: number[] = [];
    const all = Array.from({ length: 60 }, async () => {
      const answer = await fetchFile(id, 1);
      statuses.push(answer.status);
      await answer.arrayBuffer();
      return answer;
    });
    await eventually('refusals', async () => statuses.length === 4);
    expect(statuses).toEqual([429, 429, 429, 429]);
    release();
    const answers = await Promise.all(all);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(56);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('5');
    expect((await fetchFile(id, 1)).status).toBe(200);
  });

  test('that somebody changed is refused, and one that somebody deleted is 410', async () => {
    const whole = store.objects.get(key) as Buffer;
    store.objects.set(key, Buffer.concat([whole, Buffer.from('more')]));
    const changed = await fetchFile(id, 1);
    expect(changed.status).toBe(409);
    expect(await changed.text()).toContain('somebody has changed it');
    store.objects.delete(key);
    const gone = await fetchFile(id, 1);
    expect(gone.status).toBe(410);
    expect(await gone.text()).toContain('no longer where exports are kept');
  });
});

describe('several nodes', () => {
  test('need no folder, and are refused where they name different buckets', async () => {
    const other = await startTestNode(database.url, { exportStore: storeOf(store.url) });
    const { ids, type } = await fill();
    try {
      const id = await create(type, other.url);
      await done(id);
      expect(await idsOf(id, other.url)).toEqual(ids.toSorted());
      expect(await idsOf(id)).toEqual(ids.toSorted());
    } finally {
      await other.stop();
    }
    const elsewhere = await startTestNode(database.url, {
      exportStore: { ...storeOf(store.url), prefix: 'else/' },
    });
    try {
      const asked = { kind: 'export', of: 'events', query: 'type:x' };
      for (const one of [node, elsewhere]) {
        const { body, status } = await one.call('POST', '/v1/jobs', asked);
        expect([status, body.error.code]).toEqual([409, 'ExportUnavailable']);
        expect(body.error.message).toContain('HOOKTRAIL_EXPORT_S3_BUCKET of all nodes must name');
        expect(body.error.message).not.toContain('else/');
      }
    } finally {
      await elsewhere.stop();
    }
  });
});

describe('in a real store', () => {
  let rclone: RcloneStore;
  let killed: ServerProcess;
  let own: TestDatabase;

  beforeAll(async () => {
    [own, rclone] = await Promise.all([createTestDatabase(), startRcloneStore()]);
  });
  afterAll(async () => {
    killed?.kill('SIGTERM');
    await killed?.ended;
    await rclone?.close();
    await own?.drop();
  });

  const start = () =>
    startServer({
      HOOKTRAIL_DATABASE_URL: own.url,
      HOOKTRAIL_PORT: '0',
      HOOKTRAIL_EXPORT_S3_BUCKET: STORE_KEY.bucket,
      HOOKTRAIL_EXPORT_S3_PREFIX: PREFIX,
      HOOKTRAIL_EXPORT_S3_ENDPOINT: rclone.url,
      AWS_ACCESS_KEY_ID: STORE_KEY.id,
      AWS_SECRET_ACCESS_KEY: STORE_KEY.secret,
    });

  test('nodes that are killed while they export leave each row once, and no upload', async () => {
    killed = await start();
    const held = await gateExports(own.url);
    const times = Array.from({ length: 2 * LARGE.count }, (_, index) => TODAY_MS + index);
    const ids = await fillEvents(own.url, 'test.killed', times, LARGE.bytes);
    await held.set(0);
    const id = await create('test.killed', killed.url);
    const recorded = async () => {
      const asked = 'select parts, length(tail) as tail from job_file where job_id = $1';
      return (await sql<{ parts: string[]; tail: number }>(own.url, asked, [uuidFromId(id)]))[0];
    };
    // Each time a part is in the store that is not recorded: the first, and the second.
    for (const [index, rows] of [LARGE.count, Number.MAX_SAFE_INTEGER].entries()) {
      await held.held();
      const row = await recorded();
      expect(row?.parts.length).toBe(index === 0 ? undefined : 1);
      killed.kill('SIGKILL');
      await killed.ended;
      await held.set(rows);
      killed = await start();
      await sql(own.url, `update job set leased_until = '-infinity'`);
    }
    await eventually('the job to be done', async () => {
      const job = await show(id, killed.url);
      if (job.state === 'stopped') throw new Error(job.state_reason);
      return job.state === 'done';
    });
    expect(await idsOf(id, killed.url)).toEqual(ids.toSorted());
    expect(await recorded()).toEqual({ parts: null, tail: null });
    const kept = await readdir(`${rclone.path}/${PREFIX}${id}`);
    expect(kept.toSorted()).toEqual([
      `${new Date(TODAY_MS).toISOString().slice(0, 10)}.ndjson`,
      'manifest.json',
    ]);
  }, 120_000);
});
