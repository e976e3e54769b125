import { ERROR_CLASSES } from '@hooktrail/sdk/query';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Storage } from '../keep/storage.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { idAt, startTestApi, type TestApi } from '../testing/test-api.ts';
import { createTestArchive } from '../testing/test-archive.ts';
import { COUNTED_AT_ONCE, FailingWebhooks } from '../trail/failing-webhooks.ts';
import { Problems } from '../trail/problems.ts';

/** What is wrong, what is undelivered, what is stored: the operations behind the console's overview. */

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const get = async (path: string, token = 'read-1') => {
  const { body, status } = await api.call('GET', path, undefined, { token });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};

/** A delta of attempts that succeeded and failed. */
async function attempted(webhookId: string, succeeded: number, failed: number): Promise<void> {
  const writer = uuidFromId(newId(Date.now()));
  await api.sql('insert into writer (id) values ($1)', [writer]);
  const count = succeeded + failed;
  const all = <Value>(value: Value) => Array.from({ length: count }, () => value);
  await api.sql(
    `insert into delta (lane, writer, number, low, made_at, kind, webhook_ids, lanes, statuses, error_classes,
      settled, durations_ms, completed_at)
    values (0, $1, 1, 1, now(), 'attempted', $2, $3, $4::delivery_status[], $5, $6, $7, $8)`,
    [
      writer,
      all(uuidFromId(webhookId)),
      all(laneOf(webhookId)),
      Array.from({ length: count }, (_, index) => (index < succeeded ? 'success' : 'failed')),
      all(null),
      all(true),
      all(5),
      all(new Date()),
    ],
  );
}

describe('GET /v1/problems', () => {
  afterEach(async () => {
    api.broken.clear();
    api.backlogs.clear();
    api.nowMs = undefined;
    await api.sql('delete from delta');
    await api.sql('delete from job');
  });

  it('names what is wrong, the worst first, of this account only', async () => {
    const token = 'admin-2';
    const later = Date.now() + 60_000;
    expect((await get('/v1/problems', token)).problems).toEqual([]);
    const [fine, bad, off, paused] = [
      await api.webhook({ name: 'Fine' }, token),
      await api.webhook({ name: 'Bad' }, token),
      await api.webhook({ name: 'Off', status: 'inactive' }, token),
      await api.webhook({ name: 'Paused' }, token),
    ];
    const foreign = await api.webhook({ name: 'Foreign', status: 'inactive' });
    await api.call('POST', `/v1/webhooks/${paused.id}/pause`, undefined, { token });
    api.broken.set(bad.id, {
      nextProbeAtMs: later,
      sinceMs: later - 1_000,
      reason: '9 of 9 failed',
    });
    api.broken.set(foreign.id, { nextProbeAtMs: later, sinceMs: later, reason: 'x' });
    api.backlogs.set(bad.id, { sinceMs: later - 7_200_000, growing: true });
    await attempted(bad.id, 1, 9);
    await attempted(fine.id, 100, 5 - 1);
    const job = newId(Date.now());
    await api.sql(
      `insert into job (id, account_id, kind, state, stage, reason_code, reason, requested_by, spec, progress)
      values ($1, 2, 'replay', 'stopped', 'running', 'canary', '3 of 5 failed', 'x', '{}', '{}')`,
      [uuidFromId(job)],
    );
    // What was answered before is shared for two seconds, and attempts are counted every ten.
    api.nowMs = later;
    const { counts, meta, problems } = await get('/v1/problems', token);
    expect(problems).toEqual([
      {
        kind: 'breaker',
        explanation: 'The circuit breaker is open: 9 of 9 failed',
        webhook: { id: bad.id, name: 'Bad' },
        since: new Date(later - 1_000).toISOString(),
        next_probe_at: new Date(later).toISOString(),
      },
      {
        kind: 'job',
        explanation: 'This job stopped itself: 3 of 5 failed',
        job: { id: job, kind: 'replay' },
        reason_code: 'canary',
      },
      {
        kind: 'failing',
        explanation: '9 of 10 attempts failed in 24 hours',
        webhook: { id: bad.id, name: 'Bad' },
        attempts: 10,
        failed: 9,
      },
      {
        kind: 'backlog',
        explanation: 'Invocations wait for 2 h, and the backlog grows',
        webhook: { id: bad.id, name: 'Bad' },
        since: new Date(later - 7_200_000).toISOString(),
        growing: true,
      },
      {
        kind: 'inactive',
        explanation: 'The webhook is switched off: it gets no events',
        webhook: { id: off.id, name: 'Off' },
      },
      {
        kind: 'paused',
        explanation: 'Deliveries are paused: events wait',
        webhook: { id: paused.id, name: 'Paused' },
        since: expect.any(String),
      },
    ]);
    expect(counts).toEqual({
      breaker: 1,
      job: 1,
      failing: 1,
      source: 0,
      gap: 0,
      backlog: 1,
      inactive: 1,
      paused: 1,
    });
    expect(meta).toMatchObject({ webhooks: 4, counted: 4 });
    expect(JSON.stringify(await get('/v1/problems'))).not.toContain(bad.id);
  });

  it('names sources that are not read, are behind, are paused or have new gaps, of this account only', async () => {
    const nowMs = Date.now() + 120_000;
    const archive = createTestArchive((text, values) => api.sql(text, values));
    const [failing, behind, paused, full, gone] = [
      await archive.source('failing'),
      await archive.source('behind'),
      await archive.source('paused'),
      await archive.source('full'),
      await archive.source('gone'),
    ].map(uuidFromId);
    const unread = uuidFromId(await archive.source('unread'));
    const fresh = uuidFromId(await archive.source('fresh'));
    const at = (agoMs: number) => new Date(nowMs - agoMs);
    const change = (set: string, id: string | undefined, at?: Date) =>
      api.sql(`update source set ${set} where id = $1`, at === undefined ? [id] : [id, at]);
    await change(`error_code = 'unavailable', error = 'HTTP 503', error_at = now()`, failing);
    await change(`error_code = 'limit', error = 'too many', error_at = now()`, full);
    await change('paused_at = $2', paused, at(86_400_000));
    const webhook = async (
      source: string | undefined,
      watermark: Date | null,
      goneAt: Date | null,
      seenMs = nowMs,
    ) => {
      const id = newId(seenMs);
      await api.sql(
        `insert into archive_webhook (id, account_id, source_id, remote_id, name, watermark_at, gone_at)
        values ($1, 1, $2, $3, 'w', $4, $5)`,
        [uuidFromId(id), source, id, watermark, goneAt],
      );
      return uuidFromId(id);
    };
    await webhook(behind, at(3 * 3_600_000), null);
    // Whoever paused it knows that it is behind; of a webhook that is gone nothing is awaited.
    await webhook(paused, at(3 * 3_600_000), null);
    await webhook(fresh, at(60_000), null);
    // Their logs were never read to their ends.
    await webhook(unread, null, null, nowMs - 2 * 3_600_000);
    await webhook(unread, at(60_000), null);
    await webhook(fresh, null, null, nowMs - 60_000);
    await webhook(fresh, null, at(80 * 3_600_000), nowMs - 90 * 3_600_000);
    await webhook(fresh, at(90 * 3_600_000), at(80 * 3_600_000));
    const lost = await webhook(gone, at(60_000), null);
    for (const foundMs of [nowMs - 8 * 86_400_000, nowMs - 3_600_000, nowMs - 60_000]) {
      await api.sql(
        `insert into archive_gap (source_id, id, account_id, webhook_id, from_at, to_at, reason, found_at)
        values ($1, $2, 1, $3, $4, $4, 'outage', $4)`,
        [gone, uuidFromId(newId(foundMs)), lost, new Date(foundMs)],
      );
    }
    api.nowMs = nowMs;
    const { counts, problems } = await get('/v1/problems');
    const ofSources = problems
      .filter(({ source }: { source?: object }) => source !== undefined)
      .map(({ explanation, kind, since, source }: Record<string, unknown>) => [
        kind,
        (source as { name: string }).name,
        explanation,
        since,
      ]);
    expect(ofSources).toEqual([
      ['source', 'failing', 'The last request failed: HTTP 503', undefined],
      ['source', 'behind', 'The source is 3 h behind', at(3 * 3_600_000).toISOString()],
      ['source', 'full', 'Webhooks are left out: too many', undefined],
      ['source', 'unread', 'The source is 2 h behind', at(2 * 3_600_000).toISOString()],
      [
        'gap',
        'gone',
        '2 gaps were found in seven days: it is unknown what finished in them',
        at(60_000).toISOString(),
      ],
      [
        'paused',
        'paused',
        'The source is paused: what finishes meanwhile is a gap after seven days',
        at(86_400_000).toISOString(),
      ],
    ]);
    expect(counts).toMatchObject({ source: 4, gap: 1 });
    expect((await get('/v1/problems', 'admin-2')).counts).toMatchObject({ source: 0, gap: 0 });
    for (const table of ['archive_gap', 'archive_webhook', 'source']) {
      await api.sql(`delete from ${table}`);
    }
  });

  it('answers all who ask within two seconds once', async () => {
    const nowMs = Date.now() + 300_000;
    api.nowMs = nowMs;
    const at = async () => (await get('/v1/problems')).meta.at;
    const first = await at();
    api.nowMs = nowMs + 1_999;
    expect(await at()).toBe(first);
    api.nowMs = nowMs + 2_000;
    expect(await at()).not.toBe(first);
  });

  it('shows what a caller changed in the next answer', async () => {
    api.nowMs = Date.now() + 450_000;
    const { id } = await api.webhook({ name: 'To pause' });
    const paused = async () => (await get('/v1/problems')).counts.paused;
    const before = await paused();
    await api.call('POST', `/v1/webhooks/${id}/pause`);
    expect(await paused()).toBe(before + 1);
    await api.call('POST', `/v1/webhooks/${id}/resume`);
    expect(await paused()).toBe(before);
  });

  it('lists at most 50 of a kind, and counts all', async () => {
    const nowMs = Date.now() + 600_000;
    const { id } = await api.webhook({ name: 'Many', status: 'inactive' });
    await api.sql(
      `insert into webhook (id, account_id, name, status, subscriptions, endpoint, http_method, request_format,
        signing_secret, created_at, created_by)
      select gen_random_uuid(), 1, 'many ' || n, 'inactive', '{}', endpoint, http_method, request_format,
        signing_secret, now(), ''
      from webhook cross join generate_series(1, 60) n where id = $1`,
      [uuidFromId(id)],
    );
    await api.reload();
    api.nowMs = nowMs;
    const { counts, problems } = await get('/v1/problems');
    expect(counts.inactive).toBeGreaterThan(60);
    expect(problems.filter(({ kind }: { kind: string }) => kind === 'inactive')).toHaveLength(50);
    await api.sql(`delete from webhook where name like 'many %'`);
    await api.reload();
  });
});

describe('failing webhooks', () => {
  it('are counted 2,000 at a time, whatever an account has, and kept until their next turn', async () => {
    const failingId = (await api.webhook({ name: 'Far behind' })).id;
    const ids = Array.from({ length: 2 * COUNTED_AT_ONCE }, () => newId(Date.now()));
    const all = [...ids, failingId];
    await attempted(failingId, 0, 3);
    let elapsedMs = 0;
    // Its time goes back a minute each time that it is asked: that keeps no reading for longer.
    let nowMs = Date.now();
    let read = 0;
    const failing = new FailingWebhooks({
      citus: false,
      clock: { now: () => (nowMs -= 60_000) },
      monotonic: () => elapsedMs,
      database: {
        run: (query, params) => {
          const { counted } = params as { counted?: readonly unknown[] };
          if (counted !== undefined) {
            read++;
            expect(counted.length).toBeLessThanOrEqual(COUNTED_AT_ONCE);
          }
          return api.database.run(query, params);
        },
      },
      rollupKeptMs: { minute: 14 * DAY_MS, hour: 400 * DAY_MS, day: 400 * DAY_MS },
    });
    const look = async () => {
      const { counted, failing: found } = await failing.of(1, all);
      return [counted, found.get(failingId)?.failed];
    };
    const together = await Promise.all([look(), look(), look()]);
    expect(together).toEqual([together[0], together[0], together[0]]);
    expect(read).toBe(1);
    expect(together[0]).toEqual([COUNTED_AT_ONCE, undefined]);
    elapsedMs += 9_999;
    expect(await look()).toEqual([COUNTED_AT_ONCE, undefined]);
    expect(read).toBe(1);
    elapsedMs += 1;
    expect(await look()).toEqual([2 * COUNTED_AT_ONCE, undefined]);
    elapsedMs += 10_000;
    expect(await look()).toEqual([all.length, 3]);
    elapsedMs += 10_000;
    // The first part again: what is known of the others stays.
    expect(await look()).toEqual([all.length, 3]);
    await api.sql('delete from delta');
  });
});

describe('GET /v1/undelivered', () => {
  it('groups by webhook and cause, and a query narrows it', async () => {
    const token = 'admin-2';
    const { id } = await api.webhook({ name: 'Broken' }, token);
    const other = (await api.webhook({ name: 'Other' }, token)).id;
    const nowMs = Date.now();
    const made = (of: string, ago: number, row: object) =>
      api.invocation(of, { createdMs: nowMs - ago, ...row });
    await made(id, 9_000, { status: 'failed', dueMs: nowMs + 60_000 });
    const dns = await made(id, 8_000, { status: 'failed' });
    await made(id, 7_000, { status: 'server error', statusCode: 500 });
    await made(id, 6_000, { status: 'server error', statusCode: 503, dueMs: nowMs });
    await made(id, 5_000, { status: 'success' });
    await made(id, 4_000, { status: 'accepted', attempts: 0, dueMs: nowMs });
    await made(other, 3_000, { status: 'client error', statusCode: 404 });
    const foreign = (await api.webhook({ name: 'Foreign' })).id;
    await made(foreign, 2_000, { status: 'failed' });
    await api.sql(`update invocation set error_class = 'dns' where id = $1`, [uuidFromId(dns)]);
    await api.sql(
      `update invocation set error_class = 'dns' where status = 'failed' and webhook_id = $1`,
      [uuidFromId(id)],
    );
    const { meta, total, undelivered } = await get('/v1/undelivered', token);
    const at = (ago: number) => new Date(nowMs - ago).toISOString();
    const broken = { id, name: 'Broken' };
    expect(undelivered).toHaveLength(3);
    expect(undelivered).toEqual(
      expect.arrayContaining([
        {
          webhook: broken,
          error_class: 'dns',
          count: 2,
          more: false,
          waiting: 1,
          oldest_at: at(9_000),
          newest_at: at(8_000),
        },
        {
          webhook: broken,
          status: 'server error',
          count: 2,
          more: false,
          waiting: 1,
          oldest_at: at(7_000),
          newest_at: at(6_000),
        },
        expect.objectContaining({ webhook: { id: other, name: 'Other' }, status: 'client error' }),
      ]),
    );
    expect(total).toEqual({ count: 5, more: false, waiting: 2, groups: 3 });
    expect(Date.parse(meta.covered.from)).toBeLessThan(nowMs - 7 * DAY_MS);
    const of = async (q: string) =>
      (await get(`/v1/undelivered?${new URLSearchParams({ q })}`, token)).total.count;
    expect(await of('webhook:Other')).toBe(1);
    expect(await of('error:dns state:waiting')).toBe(1);
    expect(await of(`invocation:${dns}`)).toBe(1);
    expect(await of(`-invocation:${dns}`)).toBe(4);
    expect(await of('status:success')).toBe(0);
    const refused = await api.call('GET', '/v1/undelivered?q=stauts:x');
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, 'q']);
    // The list has the one that an id names, whatever else was created in that millisecond.
    await made(id, 8_000, { id: idAt(nowMs - 8_000), status: 'failed' });
    const list = await get(`/v1/invocations?q=invocation:${dns}`, token);
    expect(list.invocations.map((row: { id: string }) => row.id)).toEqual([dns]);
  });

  it('has for each group a query that selects it alone', async () => {
    const token = 'admin-2';
    const { id } = await api.webhook({ name: 'Causes' }, token);
    const classes = [null, null, null, 'dns', 'tls', 'tls', 'tls name mismatch', 'timeout'];
    for (const errorClass of classes) {
      const invocation = await api.invocation(id, { status: 'failed' });
      await api.sql('update invocation set error_class = $2 where id = $1', [
        uuidFromId(invocation),
        errorClass,
      ]);
    }
    const { undelivered } = await get(`/v1/undelivered?q=webhook:${id}`, token);
    expect(undelivered).toHaveLength(5);
    // As the console makes them (cause-terms.ts).
    const known = Object.keys(ERROR_CLASSES);
    const without = (all: string[]) => `-error:${all.map((one) => `"${one}"`).join()}`;
    for (const { count, error_class: errorClass, status } of undelivered) {
      const cause =
        errorClass === undefined
          ? `status:"${status}" ${without(known)}`
          : `error:"${errorClass}" ${errorClass === 'tls' ? without(known.filter((one) => one.startsWith('tls '))) : ''}`;
      const q = `state:undelivered webhook:${id} ${cause}`;
      const answer = await get(`/v1/undelivered?${new URLSearchParams({ q })}`, token);
      expect([cause, answer.total.count, answer.total.groups]).toEqual([cause, count, 1]);
      const list = await get(`/v1/invocations?${new URLSearchParams({ q })}`, token);
      expect([cause, list.invocations.length]).toEqual([cause, count]);
    }
  });

  it('is exact to 10,000 of a webhook, and then says that there are more', async () => {
    const { id } = await api.webhook({ name: 'Flood' });
    const insert = (count: number) =>
      api.sql(
        `insert into invocation (lane, id, webhook_id, event_id, event_type, status, attempts_count, latest_at)
        select $1, (lpad(to_hex($4::bigint), 12, '0') || substr(md5(random()::text || n), 1, 20))::uuid, $2,
          gen_random_uuid(), 'x', 'timeout', 1, now()
        from generate_series(1, $3::integer) n`,
        [laneOf(id), uuidFromId(id), count, Date.now() - 60_000],
      );
    const group = async () => {
      const { undelivered } = await get(`/v1/undelivered?webhook=${id}`);
      return undelivered.map(({ count, more }: { count: number; more: boolean }) => [count, more]);
    };
    await insert(10_000);
    expect(await group()).toEqual([[10_000, false]]);
    await insert(1);
    expect(await group()).toEqual([[10_000, true]]);
  });
});

describe('GET /v1/storage', () => {
  it('has bytes by table and day, and what goes next', async () => {
    const { storage } = await get('/v1/storage', 'operator-1');
    const event = storage.tables.find(({ name }: { name: string }) => name === 'event');
    expect(event.bytes).toBeGreaterThan(0);
    expect(event.partitions.length).toBeGreaterThan(10);
    const sum = (of: { bytes: number }[]) => of.reduce((all, { bytes }) => all + bytes, 0);
    expect(sum(event.partitions)).toBe(event.bytes);
    expect(sum(storage.tables)).toBe(storage.bytes);
    for (const { from, to } of event.partitions) {
      expect(Date.parse(to) - Date.parse(from)).toBe(DAY_MS);
    }
    const names = storage.tables.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['account', 'rollup_hour', 'attempt']));
    expect(names.filter((name: string) => /_\d{6,8}$/.test(name))).toEqual([]);
    // A delta is kept for a day and two hours, so the oldest of them goes first.
    const [next] = storage.next;
    expect(next.table).toBe('delta');
    expect(Date.parse(next.dropped_after) - Date.parse(next.to)).toBe(DAY_MS + 7_200_000);
    const times = storage.next.map(({ dropped_after: at }: { dropped_after: string }) => at);
    expect(times).toEqual(times.toSorted());
    expect(storage.next).toHaveLength(20);
    const archived = storage.tables.find(({ name }: { name: string }) => name === 'archive_event');
    expect(archived.partitions[0]).not.toHaveProperty('dropped_after');
  });

  it('is read once a minute at most, and only for operators', async () => {
    const first = (await get('/v1/storage', 'operator-1')).storage.read_at;
    api.nowMs = Date.parse(first) + 59_999;
    expect((await get('/v1/storage', 'operator-1')).storage.read_at).toBe(first);
    api.nowMs = Date.parse(first) + 60_000;
    expect((await get('/v1/storage', 'operator-1')).storage.read_at).not.toBe(first);
    api.nowMs = undefined;
    for (const token of ['admin-1', 'read-1', 'publish-1', 'admin-2']) {
      expect((await api.call('GET', '/v1/storage', undefined, { token })).status).toBe(403);
    }
  });
});

it('keeps an answer no longer when the clock of the database is set back', async () => {
  let nowMs = Date.now();
  let elapsedMs = 0;
  const parts = {
    citus: false,
    clock: { now: () => nowMs },
    monotonic: () => elapsedMs,
    database: { run: async () => [] },
  };
  const problems = new Problems({
    ...parts,
    directory: { version: () => 1, webhooksInOrder: async () => [] },
    failing: { of: async () => ({ failing: new Map(), counted: 0 }) } as never,
    brokenOf: () => undefined,
    backlogOf: () => undefined,
  });
  const storage = new Storage({ ...parts, keepMs: {} as never });
  const firsts = [await problems.of(1), await storage.read()];
  nowMs -= 3_600_000;
  elapsedMs += 1_999;
  expect(await problems.of(1)).toBe(firsts[0]);
  elapsedMs += 1;
  expect(await problems.of(1)).toMatchObject({ atMs: nowMs });
  expect(await storage.read()).toBe(firsts[1]);
  elapsedMs += 58_000;
  expect(await storage.read()).toMatchObject({ readAtMs: nowMs });
});
