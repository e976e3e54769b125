import type { Callers } from './callers.ts';
import { isoSeconds } from './iso-seconds.ts';
import { pageBody } from './page-body.ts';
import { pageParameters } from './page-parameters.ts';
import type { RemoteAccount, RemoteWebhookState } from './remote-account.ts';
import { type AttemptContext, remoteAttempt } from './remote-attempt.ts';
import { badRequest, forbidden, notFound } from './remote-errors.ts';
import type { LogQuery, RowPlace } from './remote-log.ts';
import type { RemoteRow } from './remote-row.ts';
import type { RemoteWebhook } from './remote-webhook.ts';
import type { Unknowns } from './unknowns.ts';

/** What answers are made of. */
export interface Service {
  readonly account: RemoteAccount;
  readonly callers: Callers;
  readonly unknowns: Unknowns;
  readonly payloadBytes: number;
}

const PATH =
  /^\/api\/v2\/webhooks(?:\/([^/]+)(?:\/(signing_secret|invocations(?:\/([^/]+)\/attempts)?))?)?\/?$/;

const STATUSES: readonly string[] = [
  'unknown',
  'accepted',
  'success',
  'failed',
  'timeout',
  'circuit broken',
  'throttled',
  'client error',
  'server error',
  'terminated',
];

/**
 * The body of the answer to a GET.
 *
 * @throws RemoteError for everything that is refused
 */
export function answerRequest(service: Service, url: URL, authorization?: string): object {
  const role = service.callers.check(authorization);
  const [path, id, part, invocationId] = PATH.exec(url.pathname) ?? [];
  if (path === undefined) throw notFound();
  if (id === undefined) return listWebhooks(service, url);
  const state = service.account.existing().find(({ webhook }) => webhook.id === id);
  if (state === undefined) throw notFound();
  if (part === undefined) return { webhook: state.webhook };
  if (part === 'signing_secret') {
    if (role !== 'admin') throw forbidden();
    return { signing_secret: { algorithm: 'SHA256', secret: state.secret } };
  }
  if (invocationId === undefined) return listInvocations(service, state, url);
  return listAttempts(service, state, decodeURIComponent(invocationId));
}

function listWebhooks({ account, unknowns }: Service, url: URL): object {
  const { size, after, before } = pageParameters(url.searchParams);
  const contained = url.searchParams.get('filter[name_contains]') ?? '';
  const status = url.searchParams.get('filter[status]');
  const all = account
    .existing()
    .map(({ webhook }) => webhook)
    .filter(({ name }) => name.includes(contained))
    .filter((webhook) => status === null || webhook.status === status);
  // Newest first is descending ids, so a place needs nothing else.
  const cursor = String((after ?? before)?.['id'] ?? '');
  const following =
    before === undefined
      ? all.filter(({ id }) => after === undefined || id < cursor)
      : all.filter(({ id }) => id > cursor).reverse();
  const items = following.slice(0, size);
  if (before !== undefined) items.reverse();
  const hasMore = following.length > size;
  return pageBody<RemoteWebhook>(url, {
    name: 'webhooks',
    items,
    hasMore,
    cursorAfterLast: unknowns.cursorAfterLast,
    place: ({ id }) => ({ id }),
    toBody: (webhook) => webhook,
  });
}

function listInvocations({ account, unknowns }: Service, state: RemoteWebhookState, url: URL) {
  const nowMs = account.catchUp();
  const { rows, hasMore } = state.log.list(logQuery(url.searchParams, unknowns), nowMs);
  return pageBody<RemoteRow>(url, {
    name: 'invocations',
    items: rows,
    hasMore,
    cursorAfterLast: unknowns.cursorAfterLast,
    place: ({ completedAtMs, id, status }) => ({ completedAtMs, id, status }),
    toBody: (row) => ({
      id: row.id,
      webhook_id: state.webhook.id,
      status: row.status,
      ...(row.statusCode === undefined ? {} : { status_code: row.statusCode }),
      latest_completed_at: isoSeconds(row.completedAtMs),
      ...unknowns.extraFields,
    }),
  });
}

/** All of them on one page, newest first. */
function listAttempts(service: Service, state: RemoteWebhookState, invocationId: string): object {
  const { account, unknowns, payloadBytes } = service;
  const rows = state.log.attempts(invocationId, account.catchUp());
  if (rows.length === 0) throw notFound();
  const { webhook, secret } = state;
  const { masksAuthorization, extraFields } = unknowns;
  const context: AttemptContext = { webhook, secret, masksAuthorization, payloadBytes };
  const attempts = rows.map((row) => ({ ...remoteAttempt(row, context), ...extraFields }));
  return { attempts, meta: { has_more: false } };
}

function logQuery(query: URLSearchParams, unknowns: Unknowns): LogQuery {
  const { size, after, before } = pageParameters(query);
  const sort = query.get('sort') ?? '-latest_completed_at';
  if (sort !== 'latest_completed_at' && sort !== '-latest_completed_at') {
    throw badRequest('sort must be latest_completed_at or -latest_completed_at');
  }
  const status = query.get('filter[status]') ?? undefined;
  if (status !== undefined && !STATUSES.includes(status)) {
    throw badRequest('filter[status] is not a status');
  }
  const fromMs = readTime(query, 'filter[from_ts]');
  const toMs = readTime(query, 'filter[to_ts]');
  return {
    descending: sort.startsWith('-'),
    size,
    field: unknowns.spanField,
    inclusive: unknowns.spanInclusive,
    ...(status === undefined ? {} : { status }),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    ...(after === undefined ? {} : { after: rowPlace(after) }),
    ...(before === undefined ? {} : { before: rowPlace(before) }),
  };
}

function rowPlace({ completedAtMs, id, status }: Record<string, unknown>): RowPlace {
  if (typeof completedAtMs === 'number' && typeof id === 'string' && typeof status === 'string') {
    return { completedAtMs, id, status };
  }
  throw badRequest('the cursor is of another list');
}

function readTime(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) || undefined;
  if (text === undefined) return undefined;
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw badRequest(`${name} must be a time`);
  return atMs;
}
