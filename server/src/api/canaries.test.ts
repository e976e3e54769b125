import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@hooktrail/harness/eventually';
import { idleLoop } from '@hooktrail/harness/idle-loop';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { testAuthority, testCertificate } from '@hooktrail/harness/test-certificate';
import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../model/account.ts';
import { newId, uuidFromId } from '../model/ids.ts';
import { createSecretBox } from '../secrets/secret-box.ts';
import { makeResendable, type Resendable } from '../testing/archive/resendable.ts';
import { type ServerProcess, startServer } from '../testing/server-process.ts';
import { type SmtpReceiver, startSmtpReceiver } from '../testing/smtp-receiver.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { type Answer, call, sql, TOKEN } from '../testing/test-node.ts';
import { startTraceCollector, type TraceCollector } from '../testing/trace-collector.ts';

/**
 * Puts a canary in every place that may hold a secret, calls every operation of the OpenAPI document
 * as every role, and looks for canaries in answers, in the log, in the audit and in the tables. A new
 * operation is called without a change here; one that needs a body to do something gets it in BODIES.
 */

/** The roles, and who sees what is guarded. */
const ROLES = [
  'metrics',
  'read',
  'publish',
  'admin',
  'operator',
] as const satisfies readonly Role[];
const GUARDED_SEEN_BY: readonly Role[] = ['admin', 'operator'];

const CLIENT = testCertificate({ names: ['canary'] });

const canary = (place: string) => `canary-${place}-${randomBytes(8).toString('hex')}`;

const CANARIES = {
  bearer: canary('bearer'),
  password: canary('password'),
  apiKeyInHeader: canary('api-key-in-header'),
  apiKeyInQuery: canary('api-key-in-query'),
  keyHeader: canary('key-header'),
  teamHeader: canary('team-header'),
  endpointQuery: canary('endpoint-query'),
  proxyPassword: canary('proxy-password'),
  /** A line of the PEM text. */
  clientKey: CLIENT.key.split('\n')[1] as string,
  /** Of `v1a` signatures. */
  privateKey: '',
  clientCertificate: CLIENT.cert.split('\n')[3] as string,
  externalSource: canary('external-source'),
  remoteToken: canary('remote-token'),
  remoteSecret: canary('remote-secret'),
  eventBody: canary('event-body'),
  cookieOfAnswer: canary('cookie-of-answer'),
  /** In the query and the credentials of requests to Hooktrail itself. */
  requestQuery: canary('request-query'),
  badToken: canary('bad-token'),
  inboxSecret: canary('inbox-secret'),
  alertUrl: canary('alert-url'),
  alertPassword: canary('alert-password'),
  alertToken: canary('alert-token'),
  heartbeat: canary('heartbeat'),
  smtpPassword: canary('smtp-password'),
  /** Filled in when they are known. */
  inboxToken: '',
  signingSecret: '',
  previousSecret: '',
  tokenOfMetrics: '',
  tokenOfRead: '',
  tokenOfPublish: '',
  tokenOfAdmin: '',
  tokenOfOperator: TOKEN,
  /** The cookie of a browser, and a code that signs in. */
  session: '',
  code: '',
};
type Place = keyof typeof CANARIES;

/** The operations that may answer with a canary, and the column in which it may rest unsealed. */
interface Rule {
  readonly answers?: readonly string[];
  /** Whether everyone who may call these operations sees it; otherwise `GUARDED_SEEN_BY`. */
  readonly open?: boolean;
  /** The columns in which it rests, in alphabetical order. */
  readonly columns?: readonly string[];
}

const VIEWS = ['listWebhooks', 'showWebhook', 'createWebhook'];
const RULES: Readonly<Record<Place, Rule>> = {
  bearer: { answers: ['revealWebhook'] },
  password: { answers: ['revealWebhook'] },
  apiKeyInHeader: { answers: ['revealWebhook'] },
  apiKeyInQuery: { answers: ['revealWebhook'] },
  keyHeader: { answers: [...VIEWS, 'revealWebhook', 'revealHeaders'] },
  teamHeader: {
    answers: [
      ...VIEWS,
      'revealWebhook',
      'revealHeaders',
      'listAttempts',
      'listTrailAttempts',
      'listInvocationAttempts',
      'showAttempt',
      'showJobFile',
      'resendInvocation',
    ],
  },
  endpointQuery: {
    answers: [
      ...VIEWS,
      'revealWebhook',
      'listAttempts',
      'listTrailAttempts',
      'listInvocationAttempts',
      'showAttempt',
      'showJobFile',
      'showInvocation',
      'showInvocationById',
      'resendInvocation',
    ],
    // Attempts keep the URL that they were sent to, as the webhook keeps it.
    columns: ['archive_attempt.url', 'attempt.url', 'webhook.endpoint'],
  },
  proxyPassword: {},
  clientKey: {},
  privateKey: {},
  clientCertificate: {},
  externalSource: { answers: [...VIEWS, 'revealWebhook'], columns: ['webhook.external_source'] },
  remoteToken: {},
  remoteSecret: {},
  eventBody: {
    answers: [
      'listAttempts',
      'listTrailAttempts',
      'listInvocationAttempts',
      'showAttempt',
      'showJobFile',
      'showEvent',
      'showEventBody',
      'search',
    ],
    open: true,
    columns: ['event.body'],
  },
  cookieOfAnswer: {
    answers: [
      'listAttempts',
      'listTrailAttempts',
      'listInvocationAttempts',
      'showAttempt',
      'showJobFile',
      'testWebhook',
    ],
    columns: ['attempt.response_headers'],
  },
  requestQuery: {},
  inboxSecret: {},
  // Whoever may change a route sees where it leads.
  alertUrl: {
    answers: ['createAlertRoute', 'showAlertRoute', 'listAlertRoutes', 'patchAlertRoute'],
  },
  alertPassword: {},
  alertToken: {},
  heartbeat: {},
  smtpPassword: {},
  inboxToken: {},
  badToken: {},
  signingSecret: { answers: ['showSigningSecret'] },
  previousSecret: {},
  tokenOfMetrics: {},
  tokenOfRead: {},
  tokenOfPublish: {},
  tokenOfAdmin: {},
  tokenOfOperator: {},
  session: {},
  code: {},
};

interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
}

/** Reads first, deletions last, so that each finds what it needs. */
const ORDER = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
const OPERATIONS: readonly Operation[] = Object.entries(
  JSON.parse(readFileSync(new URL('../../../spec/openapi.json', import.meta.url), 'utf8'))
    .paths as Record<string, Record<string, { operationId: string }>>,
)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({
      operationId,
      method: method.toUpperCase(),
      path,
    })),
  )
  .sort((one, other) => ORDER.indexOf(one.method) - ORDER.indexOf(other.method));

/** An event that all webhooks got. */
let eventId: string;

let database: TestDatabase;
let receiver: Receiver;
let mail: SmtpReceiver;
let remote: ZendeskDouble;
let server: ServerProcess;
let collector: TraceCollector;
let folder: string;
const tokens: Record<Role, string> = {
  operator: TOKEN,
  admin: '',
  publish: '',
  read: '',
  metrics: '',
};
const webhooks: { readonly id: string; readonly invocation: string; readonly attempt: string }[] =
  [];
/** The text of all rows, by `table.column`. */
const columns = new Map<string, string>();
/** All answers: what was asked, as whom, and the text with its headers. */
const answers: { operationId: string; role: Role | 'nobody'; status: number; text: string }[] = [];

const CUSTOM_HEADERS = {
  'X-Functions-Key': CANARIES.keyHeader,
  Authentication: `Bearer ${CANARIES.keyHeader}`,
  'X-Team': CANARIES.teamHeader,
};
const AUTHENTICATIONS = [
  { type: 'bearer_token', data: { token: CANARIES.bearer } },
  { type: 'basic_auth', data: { username: 'ann', password: CANARIES.password } },
  { type: 'api_key', data: { name: 'X-Own', value: CANARIES.apiKeyInHeader } },
  {
    type: 'api_key',
    data: { name: 'key', value: CANARIES.apiKeyInQuery },
    add_position: 'query_string',
  },
];
const settings = (authentication: object = AUTHENTICATIONS[0] as object) => ({
  name: 'Canaries',
  endpoint: `${receiver.url}/hook?token=${CANARIES.endpointQuery}`,
  http_method: 'POST',
  request_format: 'json',
  status: 'active',
  subscriptions: ['canary.sent'],
  authentication,
  custom_headers: CUSTOM_HEADERS,
  external_source: { type: 'app', data: { key: CANARIES.externalSource } },
});
/** Settings that are refused, each for its own reason, with a canary in each. */
const refused = () => {
  const all = settings();
  return [
    { ...all, endpoint: [all.endpoint] },
    { ...all, endpoint: `ftp://ann:${CANARIES.password}@example.com/` },
    { ...all, endpoint: `http://10.0.0.1/?token=${CANARIES.endpointQuery}` },
    { ...all, authentication: CANARIES.bearer },
    { ...all, authentication: { type: 'bearer_token', data: { token: [CANARIES.bearer] } } },
    { ...all, authentication: { type: 'bearer_token', data: { token: `ü ${CANARIES.bearer}` } } },
    { ...all, custom_headers: CANARIES.keyHeader },
    { ...all, custom_headers: { 'X-Team': `€ ${CANARIES.teamHeader}` } },
    { ...all, custom_headers: { 'X-Team': [CANARIES.teamHeader] } },
    { ...all, custom_headers: { 'X-Team': CANARIES.teamHeader.padEnd(5_000, '.') } },
    { ...all, external_source: CANARIES.externalSource.padEnd(20_000, '.') },
    { ...all, signing_secret: CANARIES.bearer },
  ];
};

/** Bodies with which operations do something. Each is also called with an empty object. */
const BODIES: Readonly<Record<string, () => readonly unknown[]>> = {
  createWebhook: () => [settings(), ...refused()].map((webhook) => ({ webhook })),
  updateWebhook: () => [settings(), ...refused()].map((webhook) => ({ webhook })),
  patchWebhook: () =>
    [{ description: 'changed' }, { endpoint: settings().endpoint }, ...refused()].map(
      (webhook) => ({ webhook }),
    ),
  testWebhook: () => [
    {},
    { request: { endpoint: `${receiver.url}/other?token=${CANARIES.endpointQuery}` } },
    { request: { endpoint: 'http://localhost:1/' } },
    { request: { endpoint: 'http://proxied.test/', http_method: 'POST', request_format: 'json' } },
    ...refused().map((request) => ({ request })),
  ],
  replaceClientCertificate: () =>
    [
      { certificate: CLIENT.cert, private_key: CLIENT.key },
      { certificate: CLIENT.cert + CLIENT.key, private_key: CLIENT.key },
      { certificate: CLIENT.key, private_key: CLIENT.cert },
      { certificate: CLIENT.cert, private_key: CLIENT.key.replace('-----BEGIN', '') },
      { certificate: [CLIENT.cert], private_key: [CLIENT.key] },
      { certificate: CLIENT.cert.padEnd(20_000, '.'), private_key: CLIENT.key.padEnd(9_000, '.') },
      { cert: CLIENT.cert, key: CLIENT.key },
      CLIENT.key,
    ].map((client_certificate) => ({ client_certificate })),
  verifySignature: () => [
    { request: { headers: { 'X-Zendesk-Webhook-Signature': CANARIES.bearer }, body: 'x' } },
  ],
  replaceDeliveryRules: () => [
    { delivery: { standard_webhooks: true, signatures: ['v1', 'v1a'] } },
  ],
  createJob: () => [
    { kind: 'replay', query: 'status:throttled' },
    { kind: 'export', of: 'attempts', query: 'status:throttled' },
  ],
  changeJob: () => [{ rate: 3 }],
  createToken: () => [{ token: { name: 'one more', role: 'read' } }],
  createSource: () => [{ source: sourceInput() }],
  patchSource: () => [
    { source: { credentials: { access_token: CANARIES.remoteToken }, budget_share: 50 } },
    { source: { credentials: { access_token: `no${CANARIES.remoteToken}` } } },
  ],
  createInbox: () =>
    [
      { secrets: [CANARIES.inboxSecret] },
      { secrets: [CANARIES.inboxSecret, CANARIES.inboxSecret] },
      { scheme: 'svix', secrets: [CANARIES.inboxSecret] },
      { secrets: [[CANARIES.inboxSecret]] },
      { secrets: CANARIES.inboxSecret },
      { secrets: [`\u00fc${CANARIES.inboxSecret}`] },
    ].map((inbox, index) => ({
      inbox: { name: `one more ${index} ${answers.length}`, scheme: 'zendesk', ...inbox },
    })),
  patchInbox: () => [{ inbox: { secrets: [CANARIES.inboxSecret] } }],
  receiveWebhook: () => [{ type: 'canary.received' }],
  createAlertMute: () => [{ mute: { kind: 'gap' } }],
  createAlertRoute: () => [
    ...alertRouteInputs().map((route) => ({ route })),
    { route: { name: 'x', kind: 'slack', url: [CANARIES.alertUrl] } },
    { route: { name: 'x', kind: 'slack', url: `ftp://x/${CANARIES.alertUrl}` } },
    { route: { name: 'x', kind: 'slack', url: `http://a:${CANARIES.alertPassword}@x.example/` } },
    { route: { name: 'x', kind: 'slack', url: `http://10.0.0.1/${CANARIES.alertUrl}` } },
    { route: { name: 'x', kind: 'email', addresses: ['x@'], bearer_token: [CANARIES.alertToken] } },
  ],
  patchAlertRoute: () => [
    { route: { url: `${receiver.url}/changed/${CANARIES.alertUrl}` } },
    { route: { bearer_token: `ü ${CANARIES.alertToken}` } },
  ],
  patchAlertRule: () => [{ rule: { severity: 'critical' } }],
  acknowledgeAlert: () => [{ note: 'x' }],
  createView: () => [{ view: { name: 'one more', screen: 'invocations' } }],
  replaceView: () => [{ view: { name: 'other', screen: 'webhooks', search: 'q=x' } }],
  createAccount: () => [{ account: { name: 'one more' } }],
  patchAccount: () => [{ account: { name: 'renamed' } }],
  updateOwnAccount: () => [{ account: { profile: 'durable' } }],
  replaceKeys: () => [{ keys: ['/subject', 'header.x-tenant'] }],
  replayInvocation: () => [{ force: true }],
  resendInvocation: () => webhooks.map(({ id }) => ({ target_webhook_id: id })),
  publishEvent: () => [{ type: 'canary.sent', detail: { body: CANARIES.eventBody } }],
  publishEvents: () => [[{ type: 'canary.sent', detail: { body: CANARIES.eventBody } }]],
};

/** Calls as a role, and keeps the answer. */
async function ask(
  role: Role | 'nobody',
  { operationId, method }: Pick<Operation, 'operationId' | 'method'>,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const secret = role === 'nobody' ? CANARIES.badToken : tokens[role];
  const answer = await call(server.url, method, path, method === 'GET' ? undefined : body, {
    authorization: `Bearer ${secret}`,
  });
  const text = JSON.stringify([[...answer.headers], answer.body]);
  answers.push({ operationId, role, status: answer.status, text });
  return answer;
}

/** Calls with the session's cookie, as the console does. */
async function askByCookie({ operationId, method }: Operation, path: string): Promise<void> {
  if (['endSession', 'followFeed', ...SPOILERS].includes(operationId)) return;
  const answer = await call(server.url, method, path, method === 'GET' ? undefined : {}, {
    cookie: `hooktrail_session=${CANARIES.session}`,
    origin: server.url,
  });
  const text = JSON.stringify([[...answer.headers], answer.body]);
  answers.push({ operationId, role: 'admin', status: answer.status, text });
}

const as = (role: Role, method: string, path: string, body?: unknown) =>
  call(server.url, method, path, body, { authorization: `Bearer ${tokens[role]}` });

/** Operations that change or delete what the others look for: they get a webhook of their own. */
const SPOILERS = ['updateWebhook', 'patchWebhook', 'resetSigningSecret', 'deleteWebhook'];

/** Lets a webhook sign with a key pair. */
async function switchKeysOn(id: string): Promise<void> {
  const [body] = BODIES['replaceDeliveryRules']?.() ?? [];
  expect((await as('admin', 'PUT', `/v1/webhooks/${id}/delivery`, body)).status).toBe(200);
}

/** The paths of an operation: of each webhook, where it concerns one. */
async function pathsOf({ operationId, path }: Operation): Promise<string[]> {
  if (path.startsWith('/v1/accounts/{id}')) return [path.replace('{id}', '1')];
  if (path.startsWith('/v1/tokens/{id}')) {
    const made = await as('operator', 'POST', '/v1/tokens', { token: { name: 'x', role: 'read' } });
    return [path.replace('{id}', made.body.token.id)];
  }
  if (path.startsWith('/v1/sources/{id}')) {
    // An account has few.
    if (lastSource !== '') await as('admin', 'DELETE', `/v1/sources/${lastSource}`);
    const made = await as('admin', 'POST', '/v1/sources', { source: sourceInput() });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    lastSource = made.body.source.id;
    return [path.replace('{id}', lastSource)];
  }
  if (path.startsWith('/v1/views/{id}')) {
    const name = `view ${answers.length}`;
    const made = await as('admin', 'POST', '/v1/views', { view: { name, screen: 'webhooks' } });
    return [path.replace('{id}', made.body.view.id)];
  }
  if (path.startsWith('/v1/alert-mutes/{id}')) {
    const made = await as('admin', 'POST', '/v1/alert-mutes', { mute: { kind: 'job' } });
    return [path.replace('{id}', made.body.mute.id)];
  }
  if (path.startsWith('/v1/alert-routes')) {
    // An account has few.
    await sql(database.url, 'delete from alert_route');
    if (operationId === 'createAlertRoute') return [path];
    const ids: string[] = [];
    for (const route of alertRouteInputs()) {
      const made = await as('admin', 'POST', '/v1/alert-routes', { route });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      ids.push(made.body.route.id);
    }
    return [...new Set(ids.map((id) => path.replace('{id}', id)))];
  }
  if (path.startsWith('/v1/alert-rules/{kind}')) return [path.replace('{kind}', 'job')];
  if (path.startsWith('/v1/alerts/{id}')) return [path.replace('{id}', alertId)];
  if (path.startsWith('/v1/inboxes/{id}')) {
    return [path.replace('{id}', (await makeInbox()).id)];
  }
  if (path === '/in/{token}') {
    const open = (await makeInbox({ scheme: 'none', secrets: [] })).token;
    return [CANARIES.inboxToken, open, 'unknown'].map((token) => `/in/${token}`);
  }
  if (path.startsWith('/v1/events/{id}')) return [path.replace('{id}', eventId)];
  if (operationId.endsWith('PublicKey')) {
    const id = await makeWebhook(AUTHENTICATIONS[0] as object, 'https://localhost:1/');
    await switchKeysOn(id);
    return [path.replace('{id}', id)];
  }
  if (operationId.endsWith('ClientCertificate')) {
    const id = await makeWebhook(AUTHENTICATIONS[0] as object, 'https://localhost:1/');
    const filled = path.replace('{id}', id);
    const [body] = BODIES['replaceClientCertificate']?.() ?? [];
    expect((await as('admin', 'PUT', filled, body)).status).toBe(200);
    return [filled];
  }
  if (path.startsWith('/v1/jobs/{id}/files')) {
    // Of all attempts, as admins and as readers may see them.
    const ids = await Promise.all(['admin', 'read'].map((role) => exported(role, operationId)));
    return ids.map((id) => path.replace('{id}', id).replace('{number}', '1'));
  }
  if (path.startsWith('/v1/jobs/{id}')) {
    // The one before: an account has few that have not ended.
    if (lastJob !== '') await call(server.url, 'POST', `/v1/jobs/${lastJob}/cancel`);
    const body = { kind: 'replay', query: 'status:throttled' };
    const { body: made } = await call(server.url, 'POST', '/v1/jobs', body);
    const { id } = made.job;
    lastJob = id;
    if (operationId === 'resumeJob') await call(server.url, 'POST', `/v1/jobs/${id}/pause`);
    return [path.replace('{id}', id)];
  }
  if (SPOILERS.includes(operationId)) {
    return [path.replace('{id}', await makeWebhook(AUTHENTICATIONS[0] as object))];
  }
  if (operationId === 'resendInvocation') {
    const endpoint = `${receiver.url}/archived`;
    archived ??= await makeResendable((text, values) => sql(database.url, text, values), {
      ...{ name: 'archived', endpoint, secret: CANARIES.remoteSecret },
    });
    const invocation = await archived.add({ url: endpoint });
    return [path.replace('{id}', archived.webhookId).replace('{invocation_id}', invocation)];
  }
  const all = webhooks.map(({ id, invocation, attempt }) =>
    path
      .replace('{id}', id)
      .replace('{invocation_id}', invocation)
      .replace('{attempt_id}', attempt)
      .replace('{number}', '1'),
  );
  const filled = [...new Set(all)];
  expect(filled.join(), 'this test does not know a parameter of a path').not.toContain('{');
  return filled;
}

async function makeInbox(
  settings: object = {},
): Promise<{ readonly id: string; readonly token: string }> {
  const inbox = { name: `inbox ${answers.length}`, scheme: 'zendesk' };
  const body = { inbox: { ...inbox, secrets: [CANARIES.inboxSecret], ...settings } };
  const made = await as('admin', 'POST', '/v1/inboxes', body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.inbox;
}

const exportsMade = new Map<string, Promise<string>>();

/** The id of an export that is done; what is deleted is made each time. */
function exported(exportedRole: string, operationId: string): Promise<string> {
  const known = exportsMade.get(exportedRole);
  if (known !== undefined && operationId !== 'deleteJobFiles') return known;
  const made = (async () => {
    const asked = { kind: 'export', of: 'attempts', query: 'since:1h', role: exportedRole };
    const { body, status } = await as('admin', 'POST', '/v1/jobs', asked);
    expect(status, JSON.stringify(body)).toBe(201);
    await eventually('the end of an export', async () => {
      const shown = await as('admin', 'GET', `/v1/jobs/${body.job.id}`);
      return shown.body.job.state === 'done' || undefined;
    });
    return body.job.id as string;
  })();
  if (operationId !== 'deleteJobFiles') exportsMade.set(exportedRole, made);
  return made;
}

async function readColumns(): Promise<void> {
  const tables = await sql<{ table: string; names: string[] }>(
    database.url,
    `select table_name as table, array_agg(column_name::text) as names from information_schema.columns
    where table_schema = 'public' and not exists (
      select 1 from pg_inherits where inhrelid = table_name::regclass
    )
    group by table_name`,
  );
  for (const { table, names } of tables) {
    // All columns at once: each call has a connection of its own.
    const texts = names.map((name) => `string_agg("${name}"::text, chr(10)) as "${name}"`);
    const [row] = await sql<Record<string, string | null>>(
      database.url,
      `select ${texts.join(', ')} from "${table}"`,
    );
    for (const name of names) columns.set(`${table}.${name}`, row?.[name] ?? '');
  }
  expect(columns.size).toBeGreaterThan(300);
  expect(columns.get('audit.changes')).not.toBe('');
}

const alertId = newId(Date.now());
let lastJob = '';
let lastSource = '';
let archived: Resendable | undefined;

/** Routes with canaries in each place that may hold a secret. */
const alertRouteInputs = () => {
  const name = `route ${answers.length}`;
  const [scheme, host] = receiver.url.split('//');
  const credentials = `ann:${CANARIES.alertPassword}`;
  const base = `${scheme}//${credentials}@${host}/${CANARIES.alertUrl}`;
  const url = `${receiver.url}/${CANARIES.alertUrl}`;
  return [
    { name: `${name} chat`, kind: 'slack', url: `${url}?key=${CANARIES.alertUrl}` },
    { name: `${name} basic`, kind: 'alertmanager', url: base },
    { name: `${name} bearer`, kind: 'alertmanager', url, bearer_token: CANARIES.alertToken },
    { name: `${name} mail`, kind: 'email', addresses: ['ops@example.com'] },
  ];
};

/** A source whose credentials and secrets are canaries. */
const sourceInput = () => ({
  name: `source-${answers.length}`,
  base_url: remote.url,
  credentials: { access_token: CANARIES.remoteToken },
  resend_secrets: { '01ARZ3NDEKTSV4RRFFQ69G5FAV': CANARIES.remoteSecret },
});

/** Which canaries a search found, and for whom. */
const found = new Set<string>();

async function walk(role: Role | 'nobody', operation: Operation): Promise<void> {
  const { operationId, method } = operation;
  for (const path of await pathsOf(operation)) {
    const bodies = [
      undefined,
      ...(method === 'GET' ? [] : [{}, ...(BODIES[operationId]?.() ?? [])]),
    ];
    for (const body of bodies) await ask(role, operation, path, body);
    await ask(role, operation, `${path}?token=${CANARIES.requestQuery}`);
    if (role === 'admin') await askByCookie(operation, path);
    if (operationId === 'search') {
      for (const place of PLACES) {
        // All rows are of the last minutes; to search the days that may have some takes up to 1.5 s.
        const q = new URLSearchParams({ q: `${JSON.stringify(CANARIES[place])} since:1h` });
        const { body } = await ask(role, operation, `${path}?${q}`);
        const answer = answers.at(-1) as (typeof answers)[number];
        // A search that takes long ends with a link to its next page, which repeats the question.
        answer.text = answer.text.replaceAll(`${q}`, '');
        if ((body?.results?.length ?? 0) > 0) found.add(`${place} by ${role}`);
      }
    }
    if (operationId === 'listReconciledInvocations') {
      await ask(role, operation, `${path}?kind=not_arrived`);
    }
    if (operationId === 'followFeed') await ask(role, operation, `${path}?since=1h`);
    if (operationId === 'testWebhook') {
      const [{ id } = { id: '' }] = webhooks;
      for (const body of bodies) await ask(role, operation, `${path}?webhook_id=${id}`, body);
    }
    if (operationId === 'createWebhook') {
      for (const { id } of webhooks) await ask(role, operation, `${path}?clone_webhook_id=${id}`);
    }
  }
}

async function makeWebhook(
  authentication: object,
  endpoint = settings().endpoint,
): Promise<string> {
  const webhook = { ...settings(authentication), endpoint };
  const answer = await as('admin', 'POST', '/api/v2/webhooks', { webhook });
  expect(answer.status).toBe(201);
  return answer.body.webhook.id;
}

const secretOf = async (id: string): Promise<string> =>
  (await as('admin', 'GET', `/api/v2/webhooks/${id}/signing_secret`)).body.signing_secret.secret;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'hooktrail-canaries-'));
  const exportDir = join(folder, 'exports');
  await mkdir(exportDir);
  receiver = await startReceiver();
  const authority = testAuthority('Hooktrail Test Authority');
  const authorityFile = join(folder, 'authority.pem');
  await writeFile(authorityFile, authority.cert);
  mail = await startSmtpReceiver({
    certificate: testCertificate({ names: ['127.0.0.1'], issuer: authority }),
    credentials: { username: 'ann', password: CANARIES.smtpPassword },
  });
  remote = await startZendeskDouble();
  collector = await startTraceCollector();
  remote.rate.limit = Number.POSITIVE_INFINITY;
  remote.callers.set({ accessToken: CANARIES.remoteToken }, 'admin');
  receiver.behave((_request, response) =>
    response
      .writeHead(302, {
        'Set-Cookie': `session=${CANARIES.cookieOfAnswer}`,
        Location: '/elsewhere',
      })
      .end('moved'),
  );
  server = await startServer({
    // It searches for each canary as each role.
    ...idleLoop(),
    HOOKTRAIL_DATABASE_URL: database.url,
    HOOKTRAIL_EGRESS_PROXY: `http://hooktrail:${CANARIES.proxyPassword}@127.0.0.1:1`,
    HOOKTRAIL_EGRESS_NO_PROXY: '127.0.0.0/8',
    HOOKTRAIL_EXPORT_DIR: exportDir,
    HOOKTRAIL_HEARTBEAT_URL: `${receiver.url}/${CANARIES.heartbeat}`,
    HOOKTRAIL_SMTP_URL: `smtp://ann:${CANARIES.smtpPassword}@127.0.0.1:${mail.port}`,
    HOOKTRAIL_SMTP_FROM: 'alerts@example.com',
    NODE_EXTRA_CA_CERTS: authorityFile,
    HOOKTRAIL_LOG_LEVEL: 'trace',
    HOOKTRAIL_LOG_FORMAT: 'json',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_MAX_QUEUE_SIZE: '100000',
  });
  await sql(
    database.url,
    `insert into alert (account_id, id, kind, severity, subject, value, threshold, facts, started_at, opened_at, muted)
    values (1, $1, 'job', 'warning', 'x', 1, 1, '{}', now(), now(), false)`,
    [uuidFromId(alertId)],
  );
  for (const role of ['metrics', 'read', 'publish', 'admin'] as const) {
    const made = await as('operator', 'POST', '/v1/tokens', { token: { name: role, role } });
    tokens[role] = made.body.token.secret;
  }
  CANARIES.tokenOfMetrics = tokens.metrics;
  CANARIES.tokenOfRead = tokens.read;
  CANARIES.tokenOfPublish = tokens.publish;
  CANARIES.tokenOfAdmin = tokens.admin;

  const signedIn = await as('admin', 'POST', '/v1/session');
  expect(signedIn.status).toBe(201);
  const [cookie = ''] = signedIn.headers.get('set-cookie')?.split(';') ?? [];
  CANARIES.session = cookie.slice(cookie.indexOf('=') + 1);
  CANARIES.code = (await as('admin', 'POST', '/v1/session/code')).body.sign_in.code;

  const ids: string[] = [];
  for (const authentication of AUTHENTICATIONS) ids.push(await makeWebhook(authentication));
  const [first = ''] = ids;
  CANARIES.previousSecret = await secretOf(first);
  await as('admin', 'POST', `/api/v2/webhooks/${first}/signing_secret?grace_seconds=600`);
  CANARIES.signingSecret = await secretOf(first);
  await switchKeysOn(first);
  const [row] = await sql<{ signing_keys: Buffer }>(
    database.url,
    'select signing_keys from webhook where id = $1',
    [uuidFromId(first)],
  );
  const keys = createSecretBox(Buffer.alloc(32, 7)).open(row?.signing_keys as Buffer);
  CANARIES.privateKey = JSON.parse(keys).current;

  CANARIES.inboxToken = (await makeInbox()).token;

  const published = await as('publish', 'POST', '/v1/events', {
    type: 'canary.sent',
    detail: { body: CANARIES.eventBody },
  });
  expect(published.body.invocations).toHaveLength(ids.length);
  eventId = published.body.event.id;
  for (const { id: invocation, webhook_id: id } of published.body.invocations) {
    const path = `/api/v2/webhooks/${id}/invocations/${invocation}/attempts`;
    const attempt = await eventually('an attempt', async () => {
      return (await as('admin', 'GET', path)).body.attempts[0]?.id;
    });
    webhooks.push({ id, invocation, attempt });
  }
  webhooks.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));

  for (const role of ['nobody', ...ROLES] as const) {
    for (const operation of OPERATIONS) await walk(role, operation);
  }
  // An internal error, in the middle of a change.
  await sql(database.url, 'alter table audit rename to audit_away');
  const create = { operationId: 'createWebhook', method: 'POST' };
  const { status } = await ask('admin', create, '/api/v2/webhooks', { webhook: settings() });
  await sql(database.url, 'alter table audit_away rename to audit');
  expect(status).toBe(500);
  await readColumns();
  server.kill('SIGTERM'); // which exports the last spans
  await server.ended;
  traced.push(...collector.bodies.map((body) => body.toString('latin1')));
}, 600_000);
afterAll(async () => {
  if (server.end === undefined) server.kill('SIGKILL');
  await server.ended;
  await collector.close();
  await receiver.close();
  await mail.close();
  await remote.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** A text as it is, and as it looks in hexadecimal and, at any offset, in base64. */
function formsOf(text: string): string[] {
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + text)
      .toString('base64')
      .replace(/=/g, '')
      .slice(4, -4),
  );
  return [text, Buffer.from(text).toString('hex'), ...base64];
}

const holds = (text: string, place: Place): boolean =>
  formsOf(CANARIES[place]).some((form) => text.includes(form));
const PLACES = Object.keys(CANARIES) as Place[];

/** What was exported of traces. */
const traced: string[] = [];

function isAllowed(place: Place, operationId: string, role: Role | 'nobody'): boolean {
  const { answers: operations = [], open = false } = RULES[place];
  return operations.includes(operationId) && (open || GUARDED_SEEN_BY.includes(role as Role));
}

test('every operation is called, and does something for a role that may', () => {
  const done = answers.filter(({ status }) => status < 300).map(({ operationId }) => operationId);
  const names = OPERATIONS.map(({ operationId }) => operationId);
  // The webhooks of this test are not invoked directly.
  expect(names.filter((name) => !done.includes(name))).toEqual(['invokeWebhook']);
});

test('every operation that does something is traced', () => {
  for (const { method, path } of OPERATIONS) {
    const route = path.replaceAll(/\{(\w+)\}/g, ':$1');
    if (!/^\/(?:v1|api\/v2|in)\//.test(path)) continue;
    expect(
      traced.some((body) => body.includes(`${method} ${route}`)),
      route,
    ).toBe(true);
  }
});

test('a search finds what everybody who may search sees, and nothing that is masked', () => {
  expect([...found].sort()).toEqual(
    ['admin', 'operator', 'read'].map((role) => `eventBody by ${role}`),
  );
});

test('the mail server, which wants the password, gets the messages of tests', () => {
  expect(mail.mails.length).toBeGreaterThan(0);
  for (const { isSecure, user } of mail.mails) expect([isSecure, user]).toEqual([true, 'ann']);
});

test('no answer may be kept on the way, and none is taken for a page', () => {
  const headers = ['["cache-control","no-store"]', '["x-content-type-options","nosniff"]'];
  const bare = answers.filter(({ text }) => !headers.every((header) => text.includes(header)));
  expect(bare.slice(0, 3)).toEqual([]);
});

describe.each(PLACES)('the canary %s', (place) => {
  test('is in no answer where the rule forbids it', () => {
    const found = answers.filter(
      ({ operationId, role, text }) => holds(text, place) && !isAllowed(place, operationId, role),
    );
    expect(found.slice(0, 3)).toEqual([]);
  });

  const { answers: allowed = [], columns: resting = [] } = RULES[place];
  if (allowed.length > 0) {
    test('is somewhere where the rule allows it', () => {
      expect(answers.some(({ text }) => holds(text, place))).toBe(true);
    });
  }

  test('is in no e-mail', () => {
    const texts = mail.mails.map(({ parsed, raw }) => [raw, parsed.text, parsed.html].join('\n'));
    expect(texts.filter((text) => holds(text, place))).toEqual([]);
  });
  test('is in no span', () => {
    expect(traced.filter((body) => holds(body, place))).toEqual([]);
  });
  test('is not in the log', () => {
    const lines = server.output().split('\n');
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.filter((line) => holds(line, place))).toEqual([]);
  });

  test(`rests ${resting.length === 0 ? 'nowhere' : `only in ${resting.join(' and ')}`}`, () => {
    const found = [...columns].filter(([, text]) => holds(text, place)).map(([name]) => name);
    expect(found.sort()).toEqual(resting);
  });
});
