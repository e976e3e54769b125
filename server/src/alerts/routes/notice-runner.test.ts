import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAddressRules } from '../../addresses/address-rules.ts';
import { createNameResolver } from '../../addresses/create-name-resolver.ts';
import { createDial } from '../../addresses/dial.ts';
import { type Database, openDatabase } from '../../database/database.ts';
import type { AlertTarget } from '../../model/alert-target.ts';
import { uuidFromId } from '../../model/ids.ts';
import { createSecretBox } from '../../secrets/secret-box.ts';
import { dropExcessNotices } from '../../sql/drop-excess-notices.ts';
import {
  addAlert,
  addNotice,
  makeNoticesDue,
  readNotices,
  type StoredNotice,
} from '../../testing/alert-rows.ts';
import { startAlertmanagerDouble } from '../../testing/alertmanager-double.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { sql } from '../../testing/test-node.ts';
import { AlertRepeater } from './alert-repeater.ts';
import { createRouteStore, type RouteStore } from './create-route-store.ts';
import { createSend, type Send } from './create-send.ts';
import { MOST_TRIES } from './next-try-ms.ts';
import { NoticeRunner } from './notice-runner.ts';

const log = pino({ level: process.env['HOOKTRAIL_TEST_LOG'] ?? 'silent' });
const secrets = createSecretBox(Buffer.alloc(32, 7));
const ACT = { operation: 'test', by: undefined };
const PUBLIC_URL = 'https://hooks.example.com';

let files: TestDatabase;
let database: Database;
let routes: RouteStore;
let chat: Receiver;
let runners: NoticeRunner[] = [];
const send = createSend({
  acceptor: { invoke: () => Promise.reject(new Error('nothing is invoked here')) },
  dial: createDial(createAddressRules(['127.0.0.0/8']), createNameResolver({ servers: [] })),
  directory: { webhook: () => undefined },
  mail: undefined,
});

beforeAll(async () => {
  files = await createTestDatabase();
  database = openDatabase(files.url, { connections: 4, log });
  routes = createRouteStore({ clock: { now: Date.now }, database, secrets });
  await sql(files.url, `insert into account (id, name) values (1, 'one'), (2, 'two')`);
});
beforeEach(async () => {
  chat = await startReceiver();
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop();
  await chat.close();
  await sql(files.url, 'delete from alert_notice');
  await sql(files.url, 'delete from alert');
  await sql(files.url, 'delete from alert_route');
});
afterAll(async () => {
  await database.close();
  await files.drop();
});

function runnerWith(parts: { readonly send?: Pick<Send, 'one'> } = {}): NoticeRunner {
  const made = new NoticeRunner({
    ...{ database, log, publicUrl: PUBLIC_URL, routes, secrets, send },
    ...parts,
  });
  runners.push(made);
  return made;
}

const slack = (path = '/chat'): AlertTarget => ({
  kind: 'slack',
  url: `${chat.url}${path}`,
  authentication: { type: 'none' },
});

let count = 0;

async function makeRoute(target: AlertTarget, settings: object = {}, accountId = 1) {
  const values = { enabled: true, kinds: undefined, minimumSeverity: 'warning' as const };
  const name = `route ${++count}`;
  const route = { ...values, name, target, ...settings };
  return (await routes.create(accountId, route, ACT, () => undefined)).id;
}

/** Waits until no notice waits, and returns them. */
const settled = () =>
  eventually('all notices to be settled', async () => {
    const notices = await readNotices(files.url);
    return notices.every(({ state }) => state !== 'waiting') ? notices : undefined;
  });

const tried = (attempts: number) =>
  eventually('a try', async () => {
    const [notice] = await readNotices(files.url);
    const isOver =
      notice?.attempts === attempts && (notice.error !== null || notice.state === 'sent');
    return isOver ? (notice as StoredNotice) : undefined;
  });

const textOf = (body: string): string => (JSON.parse(body) as { text: string }).text;

test('an alert is told of when it opens and when it resolves, in this order', async () => {
  const routeId = await makeRoute(slack());
  const alertId = await addAlert(files.url, { resolved: true });
  await addNotice(files.url, routeId, alertId, 'resolved');
  await addNotice(files.url, routeId, alertId, 'opened');
  runnerWith().wake();
  expect((await settled()).map(({ state, attempts }) => [state, attempts])).toEqual([
    ['sent', 1],
    ['sent', 1],
  ]);
  const texts = chat.requests.map(({ body }) => textOf(body));
  expect(texts[0]).toMatch(
    /^\*Critical\*: The disk of the database is full in 3 days: 8 GiB are free/,
  );
  expect(texts[0]).toContain(`${PUBLIC_URL}/console/storage`);
  expect(texts[1]).toMatch(/^\*Resolved\*: /);
  const route = await routes.find(1, routeId);
  expect(route).toMatchObject({ lastError: undefined });
  expect(route?.lastSentAt).toBeInstanceOf(Date);
});

test('what fails is tried again, and given up after the last try', async () => {
  const routeId = await makeRoute(slack());
  await addNotice(files.url, routeId, await addAlert(files.url));
  chat.behave((_request, response) => response.writeHead(500).end('busy'));
  const runner = runnerWith();
  runner.wake();
  const first = await tried(1);
  expect(first).toMatchObject({ state: 'waiting', error: 'the receiver answered 500: busy' });
  expect(first.dueInMs).toBeGreaterThan(20_000);
  expect(first.dueInMs).toBeLessThanOrEqual(30_000);
  // It is noted on the route after the notice.
  await eventually('the note', async () => {
    const route = await routes.find(1, routeId);
    return route?.lastError === 'the receiver answered 500: busy' || undefined;
  });

  // The first tries of a day went by.
  await sql(files.url, 'update alert_notice set attempts = $1', [MOST_TRIES - 1]);
  await makeNoticesDue(files.url);
  runner.wake();
  expect(await settled()).toMatchObject([{ state: 'failed', attempts: MOST_TRIES }]);
  expect(chat.requests).toHaveLength(2);
});

test('what failed once arrives, and the route says so', async () => {
  const routeId = await makeRoute(slack());
  await addNotice(files.url, routeId, await addAlert(files.url));
  let isBroken = true;
  chat.behave((_request, response) => response.writeHead(isBroken ? 503 : 200).end());
  const runner = runnerWith();
  runner.wake();
  await tried(1);
  isBroken = false;
  await makeNoticesDue(files.url);
  runner.wake();
  expect(await settled()).toMatchObject([{ state: 'sent', attempts: 2, error: null }]);
  await eventually('the note', async () => {
    const route = await routes.find(1, routeId);
    return (route?.lastError === undefined && route?.lastSentAt !== undefined) || undefined;
  });
});

test('a route that hangs holds up no other, and is asked twice at a time', async () => {
  const hanging = await makeRoute(slack('/hangs'));
  const quick = await makeRoute(slack('/quick'), {}, 2);
  for (let alerts = 0; alerts < 5; alerts++) {
    await addNotice(files.url, hanging, await addAlert(files.url));
  }
  for (let alerts = 0; alerts < 5; alerts++) {
    const id = await addAlert(files.url, { accountId: 2 });
    await addNotice(files.url, quick, id, 'opened', 2);
  }
  chat.behave((request, response) => {
    if (request.path === '/quick') response.writeHead(200).end('ok');
  });
  runnerWith().wake();
  await eventually('the other route', async () => {
    const notices = await readNotices(files.url);
    const sent = notices.filter(({ state, routeId }) => state === 'sent' && routeId === quick);
    return sent.length === 5 || undefined;
  });
  expect(chat.requests.filter(({ path }) => path === '/hangs')).toHaveLength(2);
});

test('a message that arrives is sent, although it was dropped meanwhile', async () => {
  const routeId = await makeRoute(slack());
  await addNotice(files.url, routeId, await addAlert(files.url));
  let answer: (() => void) | undefined;
  chat.behave((_request, response) => {
    answer = () => response.writeHead(200).end();
  });
  runnerWith().wake();
  await eventually('the message', () => answer !== undefined);
  await sql(files.url, `update alert_notice set state = 'dropped', error = 'too many waited'`);
  answer?.();
  const sent = await eventually('the note', async () => {
    const [notice] = await readNotices(files.url);
    return notice?.state === 'sent' ? notice : undefined;
  });
  expect(sent.error).toBeNull();
});

test('an account whose routes hang leaves room for others', async () => {
  const quick = await makeRoute(slack('/quick'), {}, 2);
  for (let count = 0; count < 20; count++) {
    const hanging = await makeRoute(slack('/hangs'));
    for (let alerts = 0; alerts < 3; alerts++) {
      await addNotice(files.url, hanging, await addAlert(files.url));
    }
  }
  const id = await addAlert(files.url, { accountId: 2 });
  await addNotice(files.url, quick, id, 'opened', 2);
  chat.behave((request, response) => {
    if (request.path === '/quick') response.writeHead(200).end('ok');
  });
  runnerWith().wake();
  const hanging = () => chat.requests.filter(({ path }) => path === '/hangs').length;
  await eventually('the other account', async () => {
    const notices = await readNotices(files.url);
    return notices.some(({ state }) => state === 'sent') || undefined;
  });
  await eventually('as many as one account may have', async () => hanging() >= 16 || undefined);
  expect(hanging()).toBe(16);
});

test('of several mailboxes one that was missed is named, and the message is sent once', async () => {
  const routeId = await makeRoute({ kind: 'email', addresses: ['a@example.com'] });
  await addNotice(files.url, routeId, await addAlert(files.url));
  const missed = 'the mail server refused b@example.com';
  runnerWith({ send: { one: async () => ({ missed }) } }).wake();
  expect(await settled()).toMatchObject([{ state: 'sent', attempts: 1, error: missed }]);
  await eventually('the note', async () => {
    return (await routes.find(1, routeId))?.lastError === missed || undefined;
  });
});

test('two nodes never send one notice at the same time', async () => {
  const routeId = await makeRoute(slack());
  for (let alerts = 0; alerts < 8; alerts++) {
    await addNotice(files.url, routeId, await addAlert(files.url));
  }
  const nodes = [runnerWith(), runnerWith(), runnerWith()];
  for (const node of nodes) node.wake();
  await settled();
  expect(new Set(chat.requests.map(({ body }) => body)).size).toBeLessThanOrEqual(8);
  expect(chat.requests).toHaveLength(8);
});

test('what an evaluation drops at this moment is left to it', async () => {
  const routeId = await makeRoute(slack());
  const [first, second] = [await addAlert(files.url), await addAlert(files.url)];
  for (const id of [first, second]) await addNotice(files.url, routeId, id);
  await database.transaction(async (dropping) => {
    await dropping.run(dropExcessNotices, {
      ...{ routes: [{ account_id: 1, route_id: routeId }], keep: 1, limit: 10, error: 'too many' },
    });
    runnerWith().wake();
    await eventually('the other message', async () => chat.requests.length === 1 || undefined);
  });
  expect((await settled()).map(({ alertId, state }) => [alertId, state])).toEqual([
    [first, 'dropped'],
    [second, 'sent'],
  ]);
  expect(chat.requests).toHaveLength(1);
});

test('a node that died between the message and its note sends it again, as the same message', async () => {
  const manager = await startAlertmanagerDouble();
  const routeId = await makeRoute({
    kind: 'alertmanager',
    url: manager.url,
    authentication: { type: 'none' },
  });
  const alertId = await addAlert(files.url);
  await addNotice(files.url, routeId, alertId);
  // This one sends, and is gone before it can note it.
  const ids: string[] = [];
  const dying = runnerWith({
    send: {
      one: async (destination, message, signal) => {
        ids.push(message.id);
        await send.one(destination, message, signal);
        return new Promise(() => undefined);
      },
    },
  });
  dying.wake();
  await eventually('the message', async () => manager.posts.length === 1 || undefined);
  expect(await readNotices(files.url)).toMatchObject([{ state: 'waiting', attempts: 1 }]);
  runners = [];
  const recording: Pick<Send, 'one'> = {
    one: (destination, message, signal) => {
      ids.push(message.id);
      return send.one(destination, message, signal);
    },
  };
  // Until the lease of the dead node is over nobody sends it.
  const early = runnerWith({ send: recording });
  early.wake();
  await early.stop();
  expect(manager.posts).toHaveLength(1);
  await makeNoticesDue(files.url);
  runnerWith({ send: recording }).wake();
  expect(await settled()).toMatchObject([{ state: 'sent', attempts: 2 }]);
  expect(manager.posts).toHaveLength(2);
  expect(manager.posts[1]).toEqual(manager.posts[0]);
  expect(ids).toEqual([`${alertId}.opened`, `${alertId}.opened`]);
  await manager.close();
});

test('a node that stops gives back what it was sending', async () => {
  const routeId = await makeRoute(slack());
  await addNotice(files.url, routeId, await addAlert(files.url));
  chat.behave(() => undefined);
  const runner = runnerWith();
  runner.wake();
  await eventually('the request', async () => chat.requests.length === 1 || undefined);
  await runner.stop();
  const [notice] = await readNotices(files.url);
  expect(notice).toMatchObject({ state: 'waiting', error: null });
  expect(notice?.dueInMs).toBeLessThanOrEqual(0);
});

test('nothing is sent by a route that is off, or of an alert that is gone', async () => {
  const off = await makeRoute(slack(), { enabled: false });
  const gone = await makeRoute(slack());
  const alertId = await addAlert(files.url);
  await addNotice(files.url, off, alertId);
  await addNotice(files.url, gone, '01ARZ3NDEKTSV4RRFFQ69G5FAV');
  runnerWith().wake();
  const found = (await settled()).map(({ routeId, state, error }) => [routeId, state, error]);
  expect(found.sort()).toEqual(
    [
      [off, 'dropped', 'the route is switched off'],
      [gone, 'dropped', 'the route or the alert was deleted'],
    ].sort(),
  );
  expect(chat.requests).toEqual([]);
});

test('a route is deleted with its notices', async () => {
  const routeId = await makeRoute(slack());
  await addNotice(files.url, routeId, await addAlert(files.url));
  expect(await routes.delete(1, routeId, ACT)).toBe(true);
  expect(await readNotices(files.url)).toEqual([]);
});

test('an Alertmanager gets what is open again, until it resolves', async () => {
  const manager = await startAlertmanagerDouble();
  const routeId = await makeRoute({
    kind: 'alertmanager',
    url: manager.url,
    authentication: { type: 'bearer', token: 'abc' },
  });
  const told = await addAlert(files.url);
  const untold = await addAlert(files.url);
  const resolved = await addAlert(files.url, { resolved: true });
  for (const id of [told, untold, resolved]) await addNotice(files.url, routeId, id);
  await sql(
    files.url,
    `update alert_notice set state = 'sent' where alert_id in
    (select id from alert order by id limit 1) or alert_id in (select id from alert where resolved_at is not null)`,
  );
  // Routes that cannot be read, more than are posted to at once, hold up no other.
  const target: AlertTarget = {
    kind: 'alertmanager',
    url: manager.url,
    authentication: { type: 'none' },
  };
  for (let broken = 0; broken < 9; broken++) {
    await addNotice(files.url, await makeRoute(target), told);
  }
  const own = uuidFromId(routeId);
  await sql(files.url, `update alert_notice set state = 'sent' where route_id <> $1`, [own]);
  const unreadable = Buffer.alloc(40);
  await sql(files.url, 'update alert_route set target = $2 where id <> $1', [own, unreadable]);
  const repeater = new AlertRepeater({ database, log, publicUrl: PUBLIC_URL, secrets, send });
  await repeater.repeat();
  expect(manager.refused).toEqual([]);
  expect(
    manager.posts.map((post) => post.map(({ annotations }) => annotations['alert_id'])),
  ).toEqual([[told]]);
  await sql(files.url, 'update alert set resolved_at = now()');
  await repeater.repeat();
  expect(manager.posts).toHaveLength(1);
  await manager.close();
  // It says so where it cannot reach one.
  await sql(files.url, 'update alert set resolved_at = null');
  await sql(files.url, 'delete from alert_route where id <> $1', [own]);
  await repeater.repeat();
  expect((await routes.find(1, routeId))?.lastError).toContain('connection refused');
});

test('an Alertmanager that answers is repeated to before those that did not', async () => {
  const target = (path: string): AlertTarget => ({
    ...{ kind: 'alertmanager', url: `${chat.url}/${path}` },
    authentication: { type: 'none' },
  });
  const alertId = await addAlert(files.url);
  // Of one account after the other, as they are read; more than are posted to at once.
  for (let n = 0; n < 9; n++) {
    await addNotice(files.url, await makeRoute(target('dead'), {}, 1), alertId);
  }
  const otherAlert = await addAlert(files.url, { accountId: 2 });
  await addNotice(files.url, await makeRoute(target('well'), {}, 2), otherAlert, 'opened', 2);
  await sql(files.url, `update alert_notice set state = 'sent'`);
  chat.behave(({ path }, response) =>
    response.writeHead(path.startsWith('/dead') ? 500 : 200).end('{}'),
  );
  const repeater = new AlertRepeater({ database, log, publicUrl: PUBLIC_URL, secrets, send });
  await repeater.repeat();
  expect(chat.requests).toHaveLength(10);
  // Now the dead ones hang, so what comes after eight of them would wait.
  let answered = false;
  chat.behave(({ path }, response) => {
    if (path.startsWith('/dead')) return;
    answered = true;
    response.writeHead(200).end('{}');
  });
  const repeating = repeater.repeat();
  await eventually('the one that answers', async () => answered || undefined);
  await repeater.stop();
  await repeating;
});
