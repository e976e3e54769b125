import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Hooktrail } from './hooktrail.ts';
import {
  APIError,
  BadRequestError,
  ForbiddenError,
  NotFoundError,
  type Page,
  PayloadTooLargeError,
  UnauthorizedError,
  UnprocessableEntityError,
} from './index.ts';
import { json, scriptedFetch } from './testing/scripted-fetch.ts';

/*
 * The client reads every body in `spec/golden`, which the server's tests write and compare. The
 * expected values are written by hand, or derived from the body by code other than the client's.
 */

const folder = fileURLToPath(new URL('../../spec/golden/', import.meta.url));
const read = new Set<string>();

// biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
const body = (name: string): any => {
  read.add(`${name}.json`);
  return JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8'));
};

const client = (answer: unknown, status = 200) => {
  const { fetch } = scriptedFetch(json(answer, { status, headers: { 'x-request-id': 'r' } }));
  const auth = { accessToken: 'hush-token' };
  const retries = { strategy: 'none' } as const;
  return new Hooktrail({ baseUrl: 'https://hooks.example', auth, fetch, retries });
};

/** A row of flat values with the client's names, from one with the wire's. */
const flat = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.split('_').reduce((all, part) => all + part[0]?.toUpperCase() + part.slice(1)),
      name.endsWith('_at') ? new Date(value as string) : value,
    ]),
  );

const webhook = ({
  authentication,
  custom_headers,
  external_source,
  ...row
}: Record<string, unknown>) => {
  const { type, data, add_position } = (authentication ?? {}) as Record<string, unknown>;
  return {
    ...flat(row),
    ...(authentication !== undefined && {
      authentication: { type, ...(data !== undefined && { data }), addPosition: add_position },
    }),
    ...(custom_headers !== undefined && { customHeaders: custom_headers }),
    ...(external_source !== undefined && { externalSource: external_source }),
  };
};

const neighbours = (page: Page<unknown>) => [page.hasPrev(), page.hasNext()];

afterAll(() => {
  expect([...read].sort()).toEqual(readdirSync(folder).sort());
});

describe('golden bodies', () => {
  it.each([
    ['webhook', ['subscriptions', 'endpoint', 'httpMethod', 'requestFormat']],
    ['webhook-api-key', ['authentication']],
    ['webhook-bearer-token', ['authentication']],
    ['webhook-cloned', ['authentication', 'customHeaders', 'externalSource']],
    ['webhook-direct', ['subscriptions']],
    ['webhook-with-everything', ['description', 'updatedAt', 'updatedBy', 'customHeaders']],
  ])('%s is a webhook', async (name, fields) => {
    const answer = body(name);
    const read = await client(answer).webhooks.get('1');
    expect(read).toStrictEqual(webhook(answer.webhook));
    expect(Object.keys(read)).toEqual(expect.arrayContaining(fields));
    expect(read.createdAt).toBeInstanceOf(Date);
    for (const made of ['create', 'clone'] as const) {
      expect(await client(answer, 201).webhooks[made](answer)).toStrictEqual(read);
    }
  });

  it('webhook-with-everything has every field', async () => {
    expect(await client(body('webhook-with-everything')).webhooks.get('1')).toMatchObject({
      name: 'Everything',
      status: 'inactive',
      subscriptions: ['zen:event-type:ticket.created', 'order.*'],
      httpMethod: 'POST',
      requestFormat: 'json',
      authentication: { type: 'basic_auth', data: { username: 'ann' }, addPosition: 'header' },
      customHeaders: { 'X-Team': 'warehouse' },
      externalSource: { type: 'app', data: { app_id: '7' } },
    });
  });

  it.each([
    ['webhooks-empty', [false, false], 0],
    ['webhooks-only-page', [false, false], 1],
    ['webhooks-first-page', [false, true], 1],
    ['webhooks-middle-page', [true, true], 1],
    ['webhooks-last-page', [true, false], 1],
  ])('%s is a page of webhooks', async (name, turned, length) => {
    const answer = body(name);
    const page = await client(answer).webhooks.list();
    expect(page.items).toStrictEqual(answer.webhooks.map(webhook));
    expect(page.items).toHaveLength(length);
    expect(neighbours(page)).toEqual(turned);
    expect(page.afterCursor).toBe(answer.meta.after_cursor);
    expect(page.beforeCursor).toBe(answer.meta.before_cursor);
  });

  it.each([
    ['invocations-empty', [false, false], 0],
    ['invocations-only-page', [false, false], 9],
    ['invocations-first-page', [false, true], 4],
    ['invocations-middle-page', [true, true], 4],
    ['invocations-last-page', [true, false], 1],
  ])('%s is a page of invocations', async (name, turned, length) => {
    const answer = body(name);
    const page = await client(answer).webhookInvocations.list('1');
    expect(page.items).toStrictEqual(answer.invocations.map(flat));
    expect(page.items).toHaveLength(length);
    expect(neighbours(page)).toEqual(turned);
    expect(page.afterCursor).toBe(answer.meta.after_cursor);
    expect(page.beforeCursor).toBe(answer.meta.before_cursor);
  });

  it.each([
    ['events-empty', 0],
    ['events', 2],
  ])('%s is a page of events', async (name, length) => {
    const answer = body(name);
    const page = await client(answer).events.list();
    expect(page.items).toStrictEqual(answer.events.map(flat));
    expect(page.items).toHaveLength(length);
    expect(neighbours(page)).toEqual([false, false]);
  });

  it.each([['event'], ['archived-event']])('%s is an event', async (name) => {
    const { event } = body(name);
    const { invocations, skipped, ...row } = event;
    expect(await client(body(name)).events.get('order-1')).toStrictEqual({
      ...flat(row),
      invocations: invocations.map(flat),
      skipped: skipped.map(flat),
    });
  });

  it('event-invocations are invocations of an event', async () => {
    const listed = body('event-invocations');
    const page = await client(listed).events.invocations('order-1');
    expect(page.items).toStrictEqual(listed.invocations.map(flat));
    expect(page.items).toHaveLength(1);
  });

  const listed = ({ webhook: of, ...row }: Record<string, unknown>) => ({
    ...flat(row),
    webhook: flat(of as Record<string, unknown>),
  });

  it.each([
    ['search-empty', 0],
    ['search', 2],
    ['search-by-keys', 1],
  ])('%s is a page of results', async (name, length) => {
    const answer = body(name);
    const page = await client(answer).search('order');
    expect(page.items).toStrictEqual(
      answer.results.map(({ event, invocation, matches, ...row }: Record<string, object>) => ({
        ...flat(row),
        ...(event && { event: flat(event as Record<string, unknown>) }),
        ...(invocation && { invocation: listed(invocation as Record<string, unknown>) }),
        matches,
      })),
    );
    expect(page.items).toHaveLength(length);
    expect(page.read).toEqual(answer.meta.read);
    expect(neighbours(page)).toEqual([false, false]);
  });

  it.each([
    ['trail-invocations-empty', 0],
    ['trail-invocations', 4],
    ['trail-invocations-first-page', 1],
    ['archived-invocations', 2],
  ])('%s is a page of invocations of all webhooks', async (name, length) => {
    const answer = body(name);
    const page = await client(answer).invocations.list();
    expect(page.items).toStrictEqual(answer.invocations.map(listed));
    expect(page.items).toHaveLength(length);
    expect(page.hasNext()).toBe(answer.meta.has_more);
    const { from, to } = answer.meta.covered;
    expect(page.covered).toStrictEqual({ from: new Date(from), to: new Date(to) });
  });

  it.each([['trail-invocation'], ['archived-invocation']])(
    '%s is an invocation with its history',
    async (name) => {
      const { invocation } = body(name);
      expect(await client(body(name)).invocations.get('1')).toStrictEqual({
        ...flat(invocation),
        timeline: invocation.timeline.map(({ at, ...entry }: Record<string, unknown>) => ({
          ...flat(entry),
          at: new Date(at as string),
        })),
      });
    },
  );

  it('counts and counts-live are counts', async () => {
    const { counts, meta, total } = await client(body('counts')).counts();
    const [row, failed] = body('counts').counts;
    expect(counts[0]).toStrictEqual({
      webhook: row.webhook,
      status: 'success',
      at: new Date(row.at),
      attempts: 2,
      succeeded: 2,
      successShare: 1,
      settled: 2,
      delivered: 2,
      reopened: 0,
      durationMs: row.duration_ms,
    });
    expect(counts[1]?.errorClass).toBe(failed.error_class);
    expect(total?.attempts).toBe(3);
    const { from, to } = body('counts').meta;
    expect(meta).toStrictEqual({ from: new Date(from), to: new Date(to), unit: 'day' });
    expect((await client(body('counts-live')).counts('code:418')).live).toEqual({
      invocations: 0,
      more: false,
    });
  });

  it('invocations of every status are read to the millisecond', async () => {
    const { items } = await client(body('invocations-only-page')).webhookInvocations.list('1');
    expect(items.map(({ status }) => status)).toEqual([
      'throttled',
      'circuit broken',
      'unknown',
      'accepted',
      'failed',
      'timeout',
      'server error',
      'client error',
      'success',
    ]);
    const { createdAt, latestCompletedAt, nextAttemptAt, statusCode } = items[1] ?? {};
    const wire = body('invocations-only-page').invocations[1];
    expect(
      [createdAt, latestCompletedAt, nextAttemptAt].map((time) => time?.toISOString()),
    ).toEqual([wire.created_at, wire.latest_completed_at, wire.next_attempt_at]);
    expect(statusCode).toBe(500);
    expect(Object.keys(items[0] ?? {})).not.toContain('statusCode');
  });

  it.each([
    ['attempts-empty'],
    ['attempts-gone'],
    ['attempts-no-answer'],
    ['attempts'],
    ['archived-attempts'],
  ])('%s are attempts', async (name) => {
    const answer = body(name);
    const attempts = await client(answer).webhookInvocations.listAttempts('1', '2');
    const half = (of: unknown) => flat(of as Record<string, unknown>);
    expect(attempts).toStrictEqual(
      answer.attempts.map((row: Record<string, unknown>) => {
        const { response_code, response_headers, response_body, response_length, ...rest } = row;
        const { request, response, ...plain } = rest;
        return {
          ...flat(plain),
          ...(request !== undefined && { request: half(request) }),
          ...(response !== undefined && { response: half(response) }),
          // An unknown field stays unchanged.
          ...(response_length !== undefined && { response_length }),
        };
      }),
    );
  });

  it('attempts have one shape', async () => {
    const attempts = await client(body('attempts')).webhookInvocations.listAttempts('1', '2');
    expect(attempts).toMatchObject([
      { status: 'success', statusCode: 204, durationMs: 18, response: { payload: '' } },
      {
        status: 'server error',
        statusCode: 503,
        completedAt: new Date(body('attempts').attempts[1].completed_at),
        request: { payload: expect.stringContaining('"account_id":1'), payloadLength: 222 },
        response: {
          headers: [
            { key: 'Content-Type', value: 'text/plain' },
            { key: 'Retry-After', value: '30' },
          ],
          payload: 'try later',
          payloadLength: 9,
        },
      },
      { status: 'failed', errorMessage: 'refused: connection refused' },
    ]);
    expect(attempts[2]).not.toHaveProperty('response');
    expect(attempts[2]).not.toHaveProperty('statusCode');
    for (const name of ['responseCode', 'response_code', 'response_headers', 'response_body']) {
      for (const attempt of attempts) expect(attempt).not.toHaveProperty(name);
    }
  });

  it('trail-attempts have the bytes of a decoded answer', async () => {
    const hooktrail = client(body('trail-attempts'));
    const [attempt] = await hooktrail.invocations.listAttempts('1', '2');
    expect(attempt?.phases).toEqual({
      dnsMs: 0,
      connectMs: 3,
      tlsMs: 5,
      requestMs: 0,
      firstByteMs: 4,
      bodyMs: 0,
    });
    expect(attempt).toMatchObject({ trigger: 'schedule', response: { payload: 'größe' } });
    const bytes = attempt?.responseBodyRaw;
    expect(bytes).toBeInstanceOf(Uint8Array);
    expect(new TextDecoder('latin1').decode(bytes)).toBe('größe');
    expect(attempt).not.toHaveProperty('response_body_raw');
    expect((await hooktrail.invocations.attemptsOfWebhook('1', '2')).items).toEqual([attempt]);
  });

  it('account-keys are keys', async () => {
    const { keys } = body('account-keys');
    const { account } = client(body('account-keys'));
    expect(await account.keys()).toStrictEqual(
      keys.map(({ key, since }: Record<string, string>) => ({ key, since: new Date(since ?? '') })),
    );
  });

  it('view and views are saved views', async () => {
    const { view } = body('view');
    expect(await client(body('view')).views.get('1')).toStrictEqual(flat(view));
    const { views } = body('views');
    expect(await client(body('views')).views.list()).toStrictEqual(views.map(flat));
  });

  it('signing-secret is a secret', async () => {
    const answer = body('signing-secret');
    expect(await client(answer).webhooks.getSigningSecret('1')).toStrictEqual(
      answer.signing_secret,
    );
    expect(await client(answer, 201).webhooks.resetSigningSecret('1')).toStrictEqual({
      secret: expect.stringMatching(/^[\w+/]{43}=$/),
      algorithm: 'SHA256',
    });
  });

  it('test-answered and test-no-answer are results', async () => {
    expect(await client(body('test-answered')).webhooks.test({})).toMatchObject({
      status: 'success',
      statusCode: 200,
      message: 'the endpoint answered 200',
      response: {
        statusCode: 200,
        headers: [{ key: 'Content-Type', value: 'text/plain' }],
        payload: 'ok',
      },
    });
    expect(await client(body('test-no-answer')).webhooks.test({})).toStrictEqual({
      status: 'timeout',
      message: 'timeout: no answer within 12000 ms',
      response: { headers: [], payload: 'timeout: no answer within 12000 ms' },
    });
  });

  it.each([
    ['error-body-too-large', 413, PayloadTooLargeError],
    ['error-forbidden', 403, ForbiddenError],
    ['error-invalid-body', 422, UnprocessableEntityError],
    ['error-invalid-cursor', 400, BadRequestError],
    ['error-invalid-parameter', 400, BadRequestError],
    ['error-malformed-body', 400, BadRequestError],
    ['error-record-not-found', 404, NotFoundError],
    ['error-route-not-found', 404, NotFoundError],
    ['error-unauthorized', 401, UnauthorizedError],
    ['error-unsupported-media-type', 415, APIError],
  ])('%s is an error', async (name, status, Class) => {
    const answer = body(name);
    const error = await client(answer, status)
      .webhooks.list()
      .then(
        () => undefined,
        (reason: APIError) => reason,
      );
    expect(error?.constructor).toBe(Class);
    expect(error?.data).toStrictEqual(answer);
    expect(error?.message).toContain(JSON.stringify(answer.error.message));
    expect(error?.message).toContain('(request id r)');
  });
});
