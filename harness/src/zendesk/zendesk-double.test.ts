import {
  APIError,
  ConnectionError,
  ForbiddenError,
  NotFoundError,
  ResponseValidationError,
  TooManyRequestsError,
  UnauthorizedError,
  Zendesk,
  type ZendeskOptions,
} from '@hooktrail/sdk';
import { verifySignature } from '@hooktrail/sdk/signature';
import { afterEach, describe, expect, it } from 'vitest';
import type { Fault } from './faults.ts';
import { ManualClock } from './manual-clock.ts';
import { createRemoteIds, remoteIdTimeMs } from './remote-ids.ts';
import type { RemoteRow } from './remote-row.ts';
import { startZendeskDouble, type ZendeskDouble } from './zendesk-double.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const open: ZendeskDouble[] = [];
afterEach(async () => {
  for (const double of open.splice(0)) await double.close();
});

const start = async (seed = 1) => {
  const clock = new ManualClock();
  const double = await startZendeskDouble({ seed, clock });
  open.push(double);
  const client = (options: Partial<ZendeskOptions> = {}) =>
    new Zendesk({
      baseUrl: double.url,
      auth: double.auth,
      retries: { strategy: 'none' },
      ...options,
    });
  return { clock, double, account: double.account, client, zendesk: client() };
};

const listed = (rows: readonly RemoteRow[]) =>
  rows.map(({ id, status, completedAtMs }) => `${id} ${status} ${completedAtMs}`);

const walked = async (zendesk: Zendesk, id: string, query = {}) => {
  const rows: string[] = [];
  for await (const row of zendesk.webhookInvocations.list(id, query)) {
    rows.push(`${row.id} ${row.status} ${row.latestCompletedAt?.getTime()}`);
  }
  return rows;
};

describe('the list of invocations', () => {
  it('has every row of the last seven days once, newest first, and by page from either side', async () => {
    const { clock, double, account, zendesk } = await start();
    double.rate.limit = Number.POSITIVE_INFINITY;
    const { id } = account.create();
    account.setTraffic(id, { perHour: 4 });
    clock.advance(9 * DAY);

    const history = account.history(id);
    const readable = history.filter(({ unreadableFromMs }) => unreadableFromMs > clock.nowMs());
    expect(history.length).toBeGreaterThan(readable.length);
    expect(readable.length).toBeGreaterThan(400);
    const newestFirst = listed(readable).reverse();
    expect(await walked(zendesk, id, { pageSize: 40 })).toEqual(newestFirst);
    expect(await walked(zendesk, id, { sort: 'latest_completed_at' })).toEqual(listed(readable));
    double.unknowns.cursorAfterLast = false;
    expect(await walked(zendesk, id, { pageSize: 40 })).toEqual(newestFirst);

    const first = await zendesk.webhookInvocations.list(id, { pageSize: 10 });
    const second = await first.next();
    const back = await second?.prev();
    expect(back?.items).toEqual(first.items);
    expect(back?.hasPrev()).toBe(false);
  });

  it('repeats ids, and has every recorded status: throttled ones come back, broken ones do not', async () => {
    const { clock, account } = await start();
    const { id } = account.create();
    account.setTraffic(id, { perHour: 600 });
    clock.advance(3 * 60 * MINUTE);
    const rows = account.history(id);
    expect([...new Set(rows.map(({ status }) => status))].sort()).toEqual([
      ...['circuit broken', 'client error', 'failed', 'server error', 'success', 'terminated'],
      ...['throttled', 'timeout', 'unknown'],
    ]);
    expect(new Set(listed(rows)).size).toBe(rows.length);
    const early = rows.filter(({ completedAtMs }) => completedAtMs < clock.nowMs() - 9 * MINUTE);
    for (const { id: of, status, completedAtMs } of early) {
      const ofInvocation = rows.filter((row) => row.id === of);
      expect(completedAtMs % 1_000).toBe(0);
      expect(completedAtMs).toBeGreaterThan((remoteIdTimeMs(of) ?? 0) - 1_000);
      if (status === 'circuit broken') expect(ofInvocation.length).toBe(1);
      if (status !== 'throttled') continue;
      const gap = (ofInvocation.at(-1)?.completedAtMs ?? 0) - completedAtMs;
      expect(gap).toBeGreaterThan(0);
      expect(gap).toBeLessThanOrEqual(8 * MINUTE + 1_000);
    }
  });

  it('is filtered by status and by either time, with the ends or without', async () => {
    const { clock, double, account, zendesk } = await start();
    const { id } = account.create();
    const newId = createRemoteIds(1, 'test');
    const at = clock.nowMs();
    const ids = [newId(at - 5_000), newId(at - 4_000)] as const;
    account.addRows(id, [
      { id: ids[0], status: 'success', completedAtMs: at },
      { id: ids[1], status: 'failed', completedAtMs: at - 2_000 },
    ]);
    const found = async (query: object) =>
      (await zendesk.webhookInvocations.list(id, query)).items.map((row) => row.id);
    expect(await found({ filterStatus: 'failed' })).toEqual([ids[1]]);
    expect(await found({ filterFromTs: new Date(at) })).toEqual([ids[0]]);
    expect(await found({ filterToTs: new Date(at - 2_000) })).toEqual([ids[1]]);
    double.unknowns.spanInclusive = false;
    expect(await found({ filterFromTs: new Date(at) })).toEqual([]);
    double.unknowns.spanField = 'created';
    expect(await found({ filterFromTs: new Date(at - 5_000) })).toEqual([ids[1]]);
    await expect(found({ filterStatus: 'lost' })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('gets rows late, takes bursts, and loses rows with its log and its webhook', async () => {
    const { clock, double, account, zendesk } = await start();
    const { id } = account.create();
    account.addRows(id, [{ id: 'early', status: 'success' }]);
    const lateAtMs = clock.nowMs() - 60 * MINUTE;
    account.addRows(id, [
      {
        id: 'late',
        status: 'success',
        completedAtMs: lateAtMs,
        listedAtMs: clock.nowMs() + 30 * MINUTE,
      },
    ]);
    expect(await walked(zendesk, id)).toHaveLength(1);
    clock.advance(30 * MINUTE);
    expect((await walked(zendesk, id)).at(-1)).toContain('late');

    account.eraseLog();
    expect(await walked(zendesk, id)).toEqual([]);
    expect(account.history(id)).toHaveLength(2);
    account.burst(id, 2_500);
    clock.advance(20 * MINUTE);
    double.rate.limit = 200;
    const rows = await walked(zendesk, id);
    expect(rows.length).toBeGreaterThan(2_500);
    expect(new Set(rows.map((row) => row.slice(0, 26))).size).toBe(2_500);

    account.delete(id);
    await expect(walked(zendesk, id)).rejects.toThrow(NotFoundError);
    expect(account.history(id)).toHaveLength(rows.length + 2);
  });

  it('is the same for the same seed, however the clock moves', async () => {
    const histories: RemoteRow[][] = [];
    for (const stepMs of [DAY, 7 * MINUTE, DAY / 4]) {
      const { clock, account } = await start();
      const { id } = account.create();
      account.setTraffic(id, { perHour: 20, lateShare: 0.1, lateUpToMs: 60 * MINUTE });
      const endMs = clock.nowMs() + 2 * DAY;
      while (clock.nowMs() < endMs) {
        clock.advanceTo(Math.min(endMs, clock.nowMs() + stepMs));
        account.catchUp();
      }
      histories.push(account.history(id));
    }
    expect(histories[1]).toEqual(histories[0]);
    expect(histories[2]).toEqual(histories[0]);
  });
});

describe('attempts', () => {
  it('have the id of the webhook, a signed request where one was sent, an answer where one came', async () => {
    const { clock, double, account, zendesk } = await start();
    const { id } = account.create({ authentication: { type: 'bearer_token' } });
    const invocation = createRemoteIds(1, 'test')(clock.nowMs());
    account.addRows(id, [
      { id: invocation, status: 'throttled', sent: false },
      { id: invocation, status: 'timeout', completedAtMs: clock.nowMs() + 1_000 },
      { id: invocation, status: 'success', statusCode: 200, completedAtMs: clock.nowMs() + 9_000 },
    ]);
    const attempts = await zendesk.webhookInvocations.listAttempts(id, invocation);
    expect(attempts.map((attempt) => [attempt.id, attempt.status])).toEqual([
      [id, 'success'],
      [id, 'timeout'],
      [id, 'throttled'],
    ]);
    expect(attempts.map(({ request }) => request !== undefined)).toEqual([true, true, false]);
    expect(attempts.map(({ response }) => response !== undefined)).toEqual([true, false, false]);
    const { headers = [], payload = '' } = attempts[0]?.request ?? {};
    const header = (name: string) => headers.find(({ key }) => key === name)?.value ?? '';
    expect(header('Authorization')).toBe('********');
    await verifySignature({
      secret: (await zendesk.webhooks.getSigningSecret(id)).secret,
      signature: header('X-Zendesk-Webhook-Signature'),
      timestamp: header('X-Zendesk-Webhook-Signature-Timestamp'),
      body: payload,
      now: () => clock.nowMs(),
    });
    double.unknowns.masksAuthorization = false;
    const [shown] = await zendesk.webhookInvocations.listAttempts(id, invocation);
    expect(JSON.stringify(shown)).toContain('Bearer remote_endpoint_token');
    await expect(zendesk.webhookInvocations.listAttempts(id, 'none')).rejects.toThrow(
      NotFoundError,
    );
  });
});

describe('callers', () => {
  it('have a role', async () => {
    const { double, account, client } = await start();
    const { id } = account.create();
    const reader = client({ auth: { accessToken: 'reader' } });
    await expect(reader.webhooks.get(id)).rejects.toThrow(UnauthorizedError);
    double.callers.set({ accessToken: 'reader' }, 'reader');
    expect((await reader.webhooks.get(id)).id).toBe(id);
    await expect(reader.webhooks.getSigningSecret(id)).rejects.toThrow(ForbiddenError);
    double.callers.set({ accessToken: 'reader' }, 'agent');
    await expect(reader.webhooks.list()).rejects.toThrow(ForbiddenError);
  });

  it('may ask 100 times a minute, and are told so', async () => {
    const { clock, double, account, zendesk } = await start();
    account.create();
    clock.advance(20_000);
    const { response } = await zendesk.webhooks.list().withResponse();
    expect(response.headers.get('x-rate-limit')).toBe('100');
    expect(response.headers.get('x-rate-limit-remaining')).toBe('99');
    expect(Date.parse(response.headers.get('date') ?? '')).toBe(clock.nowMs());
    for (let asked = 1; asked < 100; asked++) await zendesk.webhooks.list();
    const refusal = await zendesk.webhooks.list().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TooManyRequestsError);
    expect((refusal as TooManyRequestsError).retryAfterMs).toBe(40_000);
    clock.advance(40_000);
    await zendesk.webhooks.list();
    expect([...double.requests.perMinute.values()]).toEqual([101, 1]);
    expect(double.requests.latest.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});

describe('webhooks', () => {
  it('are listed by page, and are renamed, created and deleted', async () => {
    const { account, clock, zendesk } = await start();
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) {
      clock.advance(1);
      ids.unshift(account.create().id);
    }
    const names = async () => {
      const all: string[] = [];
      for await (const { name } of zendesk.webhooks.list({ pageSize: 2 })) all.push(name);
      return all;
    };
    account.patch(ids[0] as string, { name: 'renamed' });
    account.delete(ids[4] as string);
    expect(await names()).toEqual(['renamed', 'webhook 4', 'webhook 3', 'webhook 2']);
    await expect(zendesk.webhooks.get(ids[4] as string)).rejects.toThrow(NotFoundError);
  });
});

describe('faults', () => {
  it.each<[Fault, new (...args: never[]) => Error]>([
    [{ kind: 'status', status: 500 }, APIError],
    [{ kind: 'status', status: 503, body: '<html>' }, APIError],
    [{ kind: 'throttle', retryAfter: '7' }, TooManyRequestsError],
    [{ kind: 'drop' }, ConnectionError],
    [{ kind: 'drop', midway: true }, ConnectionError],
    [{ kind: 'hang' }, ConnectionError],
    [{ kind: 'html' }, ResponseValidationError],
    [{ kind: 'truncated' }, ResponseValidationError],
    [{ kind: 'body', body: '{"invocations": 1}' }, ResponseValidationError],
  ])('%o spoils one answer', async (fault, expected) => {
    const { double, account, client } = await start();
    const { id } = account.create();
    account.addRows(id, [{ id: 'x', status: 'status of tomorrow' }]);
    const { webhookInvocations, webhooks } = client();
    double.faults.next(fault, { matching: /invocations/ });
    await webhooks.list();
    // Only what never comes is given up soon: a busy machine answers late.
    const asked =
      fault.kind === 'hang' ? client({ timeoutMs: 2_000 }).webhookInvocations : webhookInvocations;
    const failure = await asked.list(id).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(expected);
    expect(double.requests.latest.at(-1)?.fault).toBe(fault.kind);
    expect((await webhookInvocations.list(id)).items).toHaveLength(1);
  });

  it('come as a storm, with a slow answer, an odd clock, fields of tomorrow and between pages', async () => {
    const { clock, double, account, client } = await start();
    const { id } = account.create();
    const zendesk = client();
    double.faults.storm(0.5, [
      { kind: 'status', status: 500 },
      { kind: 'throttle', retryAfter: undefined },
    ]);
    const outcomes: boolean[] = [];
    for (let asked = 0; asked < 40; asked++) {
      outcomes.push(
        await zendesk.webhooks.list().then(
          () => true,
          () => false,
        ),
      );
    }
    expect(outcomes.filter(Boolean).length).toBeGreaterThan(5);
    expect(outcomes.filter(Boolean).length).toBeLessThan(35);
    double.faults.clear();

    double.faults.next({ kind: 'slow', ms: 20 });
    double.unknowns.date = -3 * 60 * MINUTE;
    double.unknowns.extraFields = { brand_new: [1] };
    account.addRows(id, [
      { id: 'first', status: 'success' },
      { id: 'second', status: 'success' },
    ]);
    const { data, response } = await zendesk.webhookInvocations
      .list(id, { pageSize: 1 })
      .withResponse();
    expect(Date.parse(response.headers.get('date') ?? '')).toBe(clock.nowMs() - 3 * 60 * MINUTE);
    expect(data.items).toEqual([expect.objectContaining({ id: 'second', brand_new: [1] })]);
    double.onRequest = () => account.addRows(id, [{ id: 'third', status: 'success' }]);
    expect((await data.next())?.items.map((row) => row.id)).toEqual(['first']);
  });
});
