import { readFileSync } from 'node:fs';
import { eventually } from '@hooktrail/harness/eventually';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../model/account.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import {
  type Answer,
  call,
  sql,
  startTestNode,
  type TestNode,
  TOKEN,
} from '../testing/test-node.ts';
import { PERMISSIONS } from './callers/permissions.ts';

/**
 * Calls every operation of the API with ids of another account, and with tokens that may not call
 * it. A new route needs an entry in WALK: without one, the first test fails.
 */

/** The ids in a request: those of another account, or ids that do not exist. */
interface Names {
  readonly account: string | number;
  readonly webhook: string;
  readonly direct: string;
  readonly invocation: string;
  readonly attempt: string;
  readonly event: string;
  readonly token: string;
  readonly view: string;
  readonly alert: string;
  readonly route: string;
  readonly mute: string;
  readonly source: string;
  readonly inbox: string;
  readonly job: string;
}

interface Request {
  readonly path: string;
  readonly body?: unknown;
}

const settings = {
  name: 'taken over',
  endpoint: 'https://example.com/',
  http_method: 'POST',
  request_format: 'json',
  status: 'active',
  subscriptions: ['walk.stolen'],
};
const request = {
  endpoint: 'https://example.com/',
  http_method: 'POST',
  request_format: 'json',
};

/**
 * Requests of each operation that would have an effect if the caller's account owned these ids. An
 * operation without ids ignores its argument.
 */
const WALK: Readonly<Record<string, (names: Names) => readonly Request[]>> = {
  listWebhooks: () => [{ path: '/api/v2/webhooks' }],
  createWebhook: ({ webhook }) => [{ path: `/api/v2/webhooks?clone_webhook_id=${webhook}` }],
  showWebhook: ({ webhook }) => [{ path: `/api/v2/webhooks/${webhook}` }],
  updateWebhook: ({ webhook }) => [
    { path: `/api/v2/webhooks/${webhook}`, body: { webhook: settings } },
  ],
  patchWebhook: ({ webhook }) => [
    { path: `/api/v2/webhooks/${webhook}`, body: { webhook: { name: 'taken over' } } },
  ],
  deleteWebhook: ({ webhook }) => [{ path: `/api/v2/webhooks/${webhook}` }],
  testWebhook: ({ webhook }) => [
    { path: `/api/v2/webhooks/test?webhook_id=${webhook}` },
    { path: `/api/v2/webhooks/test?webhook_id=${webhook}`, body: { request } },
  ],
  showSigningSecret: ({ webhook }) => [{ path: `/api/v2/webhooks/${webhook}/signing_secret` }],
  resetSigningSecret: ({ webhook }) => [{ path: `/api/v2/webhooks/${webhook}/signing_secret` }],
  listInvocations: ({ webhook }) => [
    { path: `/api/v2/webhooks/${webhook}/invocations` },
    { path: `/api/v2/webhooks/${webhook}/invocations?page[size]=1&filter[status]=success` },
  ],
  listAttempts: ({ webhook, invocation }) => [
    { path: `/api/v2/webhooks/${webhook}/invocations/${invocation}/attempts` },
    { path: `/api/v2/webhooks/${own.webhook}/invocations/${invocation}/attempts` },
  ],
  revealHeaders: ({ webhook, invocation, attempt }) => [
    {
      path: `/v1/webhooks/${webhook}/invocations/${invocation}/attempts/${attempt}/reveal`,
    },
    {
      path: `/v1/webhooks/${own.webhook}/invocations/${invocation}/attempts/${attempt}/reveal`,
    },
  ],
  listTrailInvocations: ({ webhook }) => [{ path: `/v1/webhooks/${webhook}/invocations` }],
  listTrailAttempts: ({ webhook, invocation }) => [
    { path: `/v1/webhooks/${webhook}/invocations/${invocation}/attempts` },
    { path: `/v1/webhooks/${own.webhook}/invocations/${invocation}/attempts` },
  ],
  verifySignature: ({ webhook }) => [
    { path: `/v1/webhooks/${webhook}/verify`, body: { request: { headers: {} } } },
  ],
  revealWebhook: ({ webhook }) => [{ path: `/v1/webhooks/${webhook}/reveal` }],
  showClientCertificate: ({ webhook }) => [{ path: `/v1/webhooks/${webhook}/client_certificate` }],
  replaceClientCertificate: ({ webhook }) => [
    {
      path: `/v1/webhooks/${webhook}/client_certificate`,
      body: { client_certificate: { certificate: 'x', private_key: 'x' } },
    },
  ],
  removeClientCertificate: ({ webhook }) => [
    { path: `/v1/webhooks/${webhook}/client_certificate` },
  ],
  showPublicKey: ({ webhook }) => [{ path: `/v1/webhooks/${webhook}/public_key` }],
  replacePublicKey: ({ webhook }) => [{ path: `/v1/webhooks/${webhook}/public_key` }],
  showDeliveryRules: ({ webhook }) => [{ path: `/v1/webhooks/${webhook}/delivery` }],
  replaceDeliveryRules: ({ webhook }) => [
    { path: `/v1/webhooks/${webhook}/delivery`, body: { delivery: { concurrency: 1 } } },
  ],
  showWebhookHealth: ({ webhook }) => [{ path: `/v1/webhooks/${webhook}/health` }],
  pauseWebhook: ({ webhook }) => [{ path: `/v1/webhooks/${webhook}/pause` }],
  resumeWebhook: ({ webhook }) => [{ path: `/v1/webhooks/${webhook}/resume` }],
  showInvocation: ({ webhook, invocation }) => [
    { path: `/v1/webhooks/${webhook}/invocations/${invocation}` },
    { path: `/v1/webhooks/${own.webhook}/invocations/${invocation}` },
  ],
  search: () => [{ path: '/v1/search?q=walk' }],
  listAllInvocations: () => [{ path: '/v1/invocations' }, { path: '/v1/invocations?q=/subject:x' }],
  countInvocations: () => [{ path: '/v1/counts?by=webhook' }, { path: '/v1/counts?attempts=>=0' }],
  countUndelivered: () => [{ path: '/v1/undelivered' }],
  listProblems: () => [{ path: '/v1/problems' }],
  showStorage: () => [{ path: '/v1/storage' }],
  listNodes: () => [{ path: '/v1/nodes' }],
  readMetrics: () => [{ path: '/metrics' }],
  showInvocationById: ({ invocation }) => [{ path: `/v1/invocations/${invocation}` }],
  listInvocationAttempts: ({ invocation }) => [{ path: `/v1/invocations/${invocation}/attempts` }],
  showAttempt: ({ invocation }) => [{ path: `/v1/invocations/${invocation}/attempts/1` }],
  replayInvocation: ({ webhook, invocation }) => [
    { path: `/v1/webhooks/${webhook}/invocations/${invocation}/replay` },
    { path: `/v1/webhooks/${own.webhook}/invocations/${invocation}/replay`, body: { force: true } },
  ],
  resendInvocation: ({ webhook, invocation }) => [
    { path: `/v1/webhooks/${webhook}/invocations/${invocation}/resend` },
    {
      path: `/v1/webhooks/${own.webhook}/invocations/${invocation}/resend`,
      body: { target_webhook_id: webhook },
    },
  ],
  showOwnAccount: () => [{ path: '/v1/account' }],
  showKeys: () => [{ path: '/v1/account/keys' }],
  replaceKeys: () => [{ path: '/v1/account/keys', body: { keys: ['/subject'] } }],
  updateOwnAccount: () => [{ path: '/v1/account', body: { account: { id: 1 } } }],
  followFeed: () => [{ path: '/v1/feed?since=1h' }],
  listEvents: () => [{ path: '/v1/events' }, { path: '/v1/events?filter[type]=walk.other' }],
  showEvent: ({ event }) => [{ path: `/v1/events/${event}` }],
  showEventBody: ({ event }) => [{ path: `/v1/events/${event}/body` }],
  listEventInvocations: ({ event }) => [{ path: `/v1/events/${event}/invocations` }],
  publishEvent: () => [{ path: '/v1/events', body: { type: 'walk.no_subscriber' } }],
  publishEvents: () => [{ path: '/v1/events/batch', body: [{ type: 'walk.no_subscriber' }] }],
  invokeWebhook: ({ direct }) => [
    { path: `/v1/webhooks/${direct}/invocations`, body: { payload: {} } },
  ],
  createJob: () => [
    { path: '/v1/jobs', body: { kind: 'replay', query: 'status:failed since:1h', dry_run: true } },
  ],
  listJobs: () => [{ path: '/v1/jobs' }],
  showJob: ({ job }) => [{ path: `/v1/jobs/${job}` }],
  changeJob: ({ job }) => [{ path: `/v1/jobs/${job}`, body: { rate: 1 } }],
  pauseJob: ({ job }) => [{ path: `/v1/jobs/${job}/pause` }],
  resumeJob: ({ job }) => [{ path: `/v1/jobs/${job}/resume` }],
  cancelJob: ({ job }) => [{ path: `/v1/jobs/${job}/cancel` }],
  listJobFiles: ({ job }) => [{ path: `/v1/jobs/${job}/files` }],
  showJobFile: ({ job }) => [{ path: `/v1/jobs/${job}/files/1` }],
  deleteJobFiles: ({ job }) => [{ path: `/v1/jobs/${job}/files` }],
  listSkipped: ({ job }) => [{ path: `/v1/jobs/${job}/skipped` }],
  listTokens: ({ account }) => [
    { path: '/v1/tokens' },
    { path: `/v1/tokens?account_id=${account}` },
  ],
  createToken: ({ account }) => [
    {
      path: `/v1/tokens?account_id=${account}`,
      body: { token: { name: 'stolen', role: 'admin' } },
    },
  ],
  revokeToken: ({ account, token }) => [
    { path: `/v1/tokens/${token}` },
    { path: `/v1/tokens/${token}?account_id=${account}` },
  ],
  listSources: () => [{ path: '/v1/sources' }],
  createSource: () => [
    {
      path: '/v1/sources',
      body: {
        source: {
          name: `walk-${newId(Date.now())}`,
          base_url: remote.url,
          credentials: { email: remote.auth.email, api_token: remote.auth.apiToken },
        },
      },
    },
  ],
  showSource: ({ source }) => [{ path: `/v1/sources/${source}` }],
  patchSource: ({ source }) => [
    { path: `/v1/sources/${source}`, body: { source: { budget_share: 1 } } },
  ],
  deleteSource: ({ source }) => [{ path: `/v1/sources/${source}` }],
  pauseSource: ({ source }) => [{ path: `/v1/sources/${source}/pause` }],
  resumeSource: ({ source }) => [{ path: `/v1/sources/${source}/resume` }],
  pollSource: ({ source }) => [{ path: `/v1/sources/${source}/poll` }],
  listGaps: ({ source }) => [{ path: `/v1/sources/${source}/gaps` }],
  listSourceWebhooks: ({ source }) => [{ path: `/v1/sources/${source}/webhooks` }],
  reconcileSource: ({ source }) => [{ path: `/v1/sources/${source}/reconcile` }],
  listReconciledInvocations: ({ source }) => [
    { path: `/v1/sources/${source}/reconcile/invocations?kind=not_arrived` },
    { path: `/v1/sources/${source}/reconcile/invocations?kind=arrived` },
  ],
  listViews: () => [{ path: '/v1/views' }],
  createView: () => [
    { path: '/v1/views', body: { view: { name: newId(Date.now()), screen: 'walk' } } },
  ],
  showView: ({ view }) => [{ path: `/v1/views/${view}` }],
  replaceView: ({ view }) => [
    { path: `/v1/views/${view}`, body: { view: { name: 'stolen', screen: 'walk' } } },
  ],
  listAlerts: () => [{ path: '/v1/alerts' }],
  showAlert: ({ alert }) => [{ path: `/v1/alerts/${alert}` }],
  acknowledgeAlert: ({ alert }) => [{ path: `/v1/alerts/${alert}/acknowledge` }],
  listAlertRules: () => [{ path: '/v1/alert-rules' }],
  patchAlertRule: () => [{ path: '/v1/alert-rules/job', body: { rule: { severity: 'critical' } } }],
  listAlertMutes: () => [{ path: '/v1/alert-mutes' }],
  createAlertMute: () => [{ path: '/v1/alert-mutes', body: { mute: { kind: 'backlog' } } }],
  deleteAlertMute: ({ mute }) => [{ path: `/v1/alert-mutes/${mute}` }],
  listAlertRoutes: () => [{ path: '/v1/alert-routes' }],
  createAlertRoute: () => [
    {
      path: '/v1/alert-routes',
      body: {
        route: { name: newId(Date.now()), kind: 'email', addresses: ['stolen@example.com'] },
      },
    },
  ],
  showAlertRoute: ({ route }) => [{ path: `/v1/alert-routes/${route}` }],
  patchAlertRoute: ({ route }) => [
    { path: `/v1/alert-routes/${route}`, body: { route: { name: 'stolen' } } },
  ],
  deleteAlertRoute: ({ route }) => [{ path: `/v1/alert-routes/${route}` }],
  testAlertRoute: ({ route }) => [{ path: `/v1/alert-routes/${route}/test` }],
  listInboxes: () => [{ path: '/v1/inboxes' }],
  createInbox: () => [
    { path: '/v1/inboxes', body: { inbox: { name: newId(Date.now()), scheme: 'none' } } },
  ],
  showInbox: ({ inbox }) => [{ path: `/v1/inboxes/${inbox}` }],
  patchInbox: ({ inbox }) => [
    { path: `/v1/inboxes/${inbox}`, body: { inbox: { name: 'stolen' } } },
  ],
  rotateInbox: ({ inbox }) => [{ path: `/v1/inboxes/${inbox}/rotate` }],
  deleteInbox: ({ inbox }) => [{ path: `/v1/inboxes/${inbox}` }],
  // Its address is a credential, and an id is none.
  receiveWebhook: ({ inbox }) => [{ path: `/in/${inbox}`, body: { type: 'walk.stolen' } }],
  deleteView: ({ view }) => [{ path: `/v1/views/${view}` }],
  listAudit: ({ account }) => [{ path: '/v1/audit' }, { path: `/v1/audit?account_id=${account}` }],
  listAccounts: () => [{ path: '/v1/accounts' }],
  createAccount: () => [{ path: '/v1/accounts', body: { account: { name: 'one more' } } }],
  showAccount: ({ account }) => [{ path: `/v1/accounts/${account}` }],
  patchAccount: ({ account }) => [
    { path: `/v1/accounts/${account}`, body: { account: { suspended: true } } },
  ],
  createSession: () => [{ path: '/v1/session' }],
  showSession: () => [{ path: '/v1/session' }],
  endSession: () => [{ path: '/v1/session' }],
  createSignInCode: () => [{ path: '/v1/session/code' }],
  isAlive: () => [{ path: '/healthz' }],
  isReady: () => [{ path: '/readyz' }],
};

/** The other account's own id of its event. */
const EVENT = 'event-of-the-other';

const NOBODY: Names = {
  account: 987654321,
  webhook: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  direct: '01ARZ3NDEKTSV4RRFFQ69G5FAW',
  invocation: '01ARZ3NDEKTSV4RRFFQ69G5FAX',
  attempt: '01ARZ3NDEKTSV4RRFFQ69G5FAZ',
  event: 'event-of-nobody',
  token: '01ARZ3NDEKTSV4RRFFQ69G5FAY',
  view: '01ARZ3NDEKTSV4RRFFQ69G5FAT',
  alert: '01ARZ3NDEKTSV4RRFFQ69G5FA2',
  route: '01ARZ3NDEKTSV4RRFFQ69G5FA4',
  mute: '01ARZ3NDEKTSV4RRFFQ69G5FA3',
  source: '01ARZ3NDEKTSV4RRFFQ69G5FAS',
  inbox: '01ARZ3NDEKTSV4RRFFQ69G5FA1',
  job: '01ARZ3NDEKTSV4RRFFQ69G5FA0',
};

const operations: { operationId: string; method: string; open: boolean }[] = Object.values(
  JSON.parse(readFileSync(new URL('../../../spec/openapi.json', import.meta.url), 'utf8'))
    .paths as Record<string, Record<string, { operationId: string; security?: [] }>>,
).flatMap((methods) =>
  Object.entries(methods).map(([method, { operationId, security }]) => ({
    operationId,
    method: method.toUpperCase(),
    // Signing in declares no credentials, but wants them in its own way.
    open: security !== undefined && operationId !== 'createSession',
  })),
);

let database: TestDatabase;
let receiver: Receiver;
let remote: ZendeskDouble;
let node: TestNode;
/** One token of each role of account 1. */
const tokens: Partial<Record<Role, string>> = { operator: TOKEN };
let otherToken: string;
let own: { readonly webhook: string };
let other: Names;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  remote = await startZendeskDouble();
  node = await startTestNode(database.url);
  for (const role of ['admin', 'publish', 'read'] as const) {
    const { body } = await node.call('POST', '/v1/tokens', { token: { name: role, role } });
    tokens[role] = body.token.secret;
  }
  own = { webhook: (await makeWebhook(TOKEN, 'walk.own')).id };
  other = await makeOther();
});
afterAll(async () => {
  await node.stop();
  await receiver.close();
  await remote.close();
  await database.drop();
});

const as = (token: string | undefined, method: string, { path, body }: Request): Promise<Answer> =>
  call(node.url, method, path, body, {
    authorization: token === undefined ? '' : `Bearer ${token}`,
  });

async function makeWebhook(token: string, type: string): Promise<{ id: string }> {
  const webhook = { ...settings, name: type, endpoint: receiver.url, subscriptions: [type] };
  const answer = await as(token, 'POST', { path: '/api/v2/webhooks', body: { webhook } });
  expect(answer.status).toBe(201);
  return answer.body.webhook;
}

/** Creates another account with one record of each kind. */
async function makeOther(): Promise<Names> {
  const made = await node.call('POST', '/v1/accounts', { account: { name: 'other' } });
  const account = made.body.account.id;
  const token = await node.call('POST', `/v1/tokens?account_id=${account}`, {
    token: { name: 'first', role: 'admin' },
  });
  otherToken = token.body.token.secret;
  const webhook = (await makeWebhook(otherToken, 'walk.other')).id;
  const direct = (await makeWebhook(otherToken, 'conditional_ticket_events')).id;
  const published = await as(otherToken, 'POST', {
    path: '/v1/events',
    body: { type: 'walk.other', id: EVENT },
  });
  const invocation = published.body.invocations[0].id;
  const attempt = await eventually('an attempt', async () => {
    const path = `/api/v2/webhooks/${webhook}/invocations/${invocation}/attempts`;
    return (await as(otherToken, 'GET', { path })).body.attempts[0]?.id as string | undefined;
  });
  const saved = await as(otherToken, 'POST', {
    path: '/v1/views',
    body: { view: { name: 'of the other', screen: 'walk' } },
  });
  const [added] = WALK['createSource']?.(NOBODY) ?? [];
  const archived = await as(otherToken, 'POST', added as Request);
  const source = archived.body.source.id;
  // Its own polls would change what the test compares.
  await as(otherToken, 'POST', { path: `/v1/sources/${source}/pause` });
  const received = await as(otherToken, 'POST', {
    path: '/v1/inboxes',
    body: { inbox: { name: 'of the other', scheme: 'none' } },
  });
  const muted = await as(otherToken, 'POST', {
    path: '/v1/alert-mutes',
    body: { mute: { kind: 'backlog' } },
  });
  const routed = await as(otherToken, 'POST', {
    path: '/v1/alert-routes',
    body: { route: { name: 'of the other', kind: 'email', addresses: ['other@example.com'] } },
  });
  const alert = newId(Date.now());
  await sql(
    database.url,
    `insert into alert (account_id, id, kind, severity, subject, webhook_id, value, threshold, facts,
      started_at, opened_at, muted)
    values ($1, $2, 'backlog', 'warning', 'x', $3, 1, 1, '{}', now(), now(), false)`,
    [account, uuidFromId(alert), uuidFromId(webhook)],
  );
  const asked = { kind: 'replay', query: 'since:1h' };
  const { id: job } = (await as(otherToken, 'POST', { path: '/v1/jobs', body: asked })).body.job;
  await eventually('the end of a job', async () => {
    const shown = await as(otherToken, 'GET', { path: `/v1/jobs/${job}` });
    return shown.body.job.state === 'done' || undefined;
  });
  const ids = {
    token: token.body.token.id,
    view: saved.body.view.id,
    mute: muted.body.mute.id,
    alert,
    route: routed.body.route.id,
    inbox: received.body.inbox.id,
    job,
    source,
  };
  return { account, webhook, direct, invocation, attempt, event: EVENT, ...ids };
}

/** Everything that the other account can read about itself, except the times of its invocations. */
async function stateOfOther(): Promise<unknown> {
  const paths = [
    '/api/v2/webhooks',
    '/v1/tokens',
    '/v1/views',
    '/v1/inboxes',
    '/v1/alerts',
    '/v1/alert-rules',
    '/v1/alert-mutes',
    '/v1/alert-routes',
    '/v1/audit',
    '/v1/jobs',
    '/v1/sources',
  ];
  const secret = `/api/v2/webhooks/${other.webhook}/signing_secret`;
  const invocations = `/api/v2/webhooks/${other.direct}/invocations`;
  const answers = [...paths, secret, invocations].map((path) => as(otherToken, 'GET', { path }));
  return (await Promise.all(answers)).map(({ status, body }) => ({ status, body }));
}

/** An answer without its varying headers, and with each id replaced by its kind. */
function comparable({ status, headers, body }: Answer, names: Names): unknown {
  let text = JSON.stringify(body ?? null);
  for (const [what, id] of Object.entries(names)) {
    text = text.replace(new RegExp(`\\b${id}\\b`, 'g'), `<${what}>`);
  }
  const rest = [...headers.keys()].filter((name) => name !== 'content-length').sort();
  return { status, headers: rest, body: JSON.parse(text) };
}

/**
 * A token of account 1 that may call the operation. Operator-only operations use `read`, which may
 * not.
 */
const caller = (operationId: string): string =>
  tokens[PERMISSIONS[operationId]?.includes('admin') ? 'admin' : 'read'] as string;

test('WALK lists exactly the operations of the API', () => {
  expect(Object.keys(WALK).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
});

test('ids of another account are answered like ids that do not exist', async () => {
  const before = await stateOfOther();
  for (const { operationId, method } of operations) {
    const asked = WALK[operationId]?.(other) ?? [];
    const unknown = WALK[operationId]?.(NOBODY) ?? [];
    for (const [index, one] of asked.entries()) {
      const named = one.path !== unknown[index]?.path;
      const answer = await as(caller(operationId), method, one);
      const what = `${operationId}: ${method} ${one.path}`;
      if (named) {
        const nobody = await as(caller(operationId), method, unknown[index] as Request);
        expect([403, 404], what).toContain(answer.status);
        expect(comparable(answer, other), what).toEqual(comparable(nobody, NOBODY));
      } else {
        const { account: _number, ...ids } = other;
        for (const id of Object.values(ids)) {
          expect(JSON.stringify(answer.body ?? null), what).not.toContain(id);
        }
      }
    }
  }
  expect(await stateOfOther()).toEqual(before);
});

test('without account_id, an operator reaches nothing of another account', async () => {
  const before = await stateOfOther();
  for (const { operationId, method } of operations) {
    if (!PERMISSIONS[operationId]?.includes('admin')) continue;
    for (const [index, one] of (WALK[operationId]?.(other) ?? []).entries()) {
      const unknown = WALK[operationId]?.(NOBODY)[index] as Request;
      if (one.path === unknown.path || one.path.includes('account_id')) continue;
      const answer = await as(TOKEN, method, one);
      const nobody = await as(TOKEN, method, unknown);
      expect(answer.status, operationId).toBe(404);
      expect(comparable(answer, other), operationId).toEqual(comparable(nobody, NOBODY));
    }
  }
  expect(await stateOfOther()).toEqual(before);
});

describe.each([
  ['no token', undefined],
  ['a bad token', `ht_${'x'.repeat(40)}`],
])('with %s', (_what, token) => {
  test('every operation but health is 401', async () => {
    for (const { operationId, method, open } of operations) {
      for (const one of WALK[operationId]?.(NOBODY) ?? []) {
        const { status } = await as(token, method, one);
        const unknown = operationId === 'receiveWebhook' ? 404 : 200;
        expect(status, operationId).toBe(open ? unknown : 401);
      }
    }
  });
});

test.each<Role>(['operator', 'admin', 'publish', 'read'])(
  'a token with the role %s may call exactly what the table allows',
  async (role) => {
    for (const { operationId, method, open } of operations) {
      for (const one of WALK[operationId]?.(NOBODY) ?? []) {
        if (one.path.includes('account_id') && role !== 'operator') continue;
        const { status } = await as(tokens[role], method, one);
        const may =
          open || operationId === 'createSession' || PERMISSIONS[operationId]?.includes(role);
        if (may) expect([200, 201, 202, 204, 404], operationId).toContain(status);
        else expect(status, operationId).toBe(403);
      }
    }
  },
);

describe('two accounts that use the same names', () => {
  const publish = (token: string, body: object, key?: string) =>
    call(node.url, 'POST', '/v1/events', body, {
      authorization: `Bearer ${token}`,
      ...(key !== undefined && { 'idempotency-key': key }),
    });

  test('an event id that the other account used is new', async () => {
    const body = { type: 'walk.own', id: 'event-of-the-other' };
    const first = await publish(tokens.admin as string, body);
    expect(first.status).toBe(202);
    expect(first.body.invocations).toMatchObject([{ webhook_id: own.webhook }]);
    const conflict = await publish(tokens.admin as string, { ...body, detail: { n: 1 } });
    expect(conflict.status).toBe(409);
    const again = await publish(otherToken, { type: 'walk.other', id: 'event-of-the-other' });
    expect(again.body.invocations).toMatchObject([
      { id: other.invocation, webhook_id: other.webhook },
    ]);
  });

  test('idempotency keys are separate per account', async () => {
    const [mine, theirs] = [{ type: 'walk.own' }, { type: 'walk.other' }];
    const first = await publish(tokens.admin as string, mine, 'one-key');
    const second = await publish(otherToken, theirs, 'one-key');
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body.invocations[0].webhook_id).toBe(other.webhook);
    expect((await publish(otherToken, mine, 'one-key')).status).toBe(409);
  });

  test('a cursor of the other account is rejected like an invented one', async () => {
    await makeWebhook(tokens.admin as string, 'walk.second');
    for (const path of ['/api/v2/webhooks', '/v1/tokens', '/v1/audit']) {
      await as(otherToken, 'POST', {
        path: '/v1/tokens',
        body: { token: { name: 'second', role: 'read' } },
      });
      const page = await as(otherToken, 'GET', { path: `${path}?page[size]=1` });
      const cursor = page.body.meta.after_cursor;
      expect(cursor).toEqual(expect.any(String));
      for (const field of ['page[after]', 'page[before]']) {
        const ask = (value: string) =>
          as(tokens.admin, 'GET', { path: `${path}?${field}=${value}` });
        const answer = await ask(cursor);
        expect([answer.status, answer.body.error.code]).toEqual([400, 'InvalidCursor']);
        expect(answer.body).toEqual((await ask('nonsense')).body);
      }
    }
  });

  test('webhooks, tokens and accounts may share names', async () => {
    await makeWebhook(tokens.admin as string, 'walk.other');
    const body = { token: { name: 'first', role: 'read' } };
    const token = await as(tokens.admin, 'POST', { path: '/v1/tokens', body });
    expect(token.status).toBe(201);
    // Both accounts subscribe to it now; each account's event goes to its own webhook.
    const published = await publish(otherToken, { type: 'walk.other' });
    expect(published.body.invocations.map((one: { webhook_id: string }) => one.webhook_id)).toEqual(
      [other.webhook],
    );
    expect(published.body.skipped).toEqual([]);
  });
});
