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

/** A job from the wire: what it has inside are rows, except what is named by reasons. */
const job = ({ canary, stop_on, counts, waits_for, ...row }: Record<string, unknown>) => ({
  ...flat(row),
  ...(canary !== undefined && { canary: flat(canary as object as Record<string, unknown>) }),
  ...(stop_on !== undefined && { stopOn: flat(stop_on as object as Record<string, unknown>) }),
  counts: flat(counts as Record<string, unknown>),
  ...(waits_for !== undefined && { waitsFor: waits_for }),
});

const estimate = ({ webhooks, ...row }: Record<string, unknown>) => ({
  ...flat(row),
  webhooks: (webhooks as Record<string, unknown>[]).map(flat),
});

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

  it('feed-messages is what the feed yields', async () => {
    const messages = body('feed-messages');
    const text = messages
      .map(
        ({ data, event, id }: Record<string, unknown>) =>
          `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
      )
      .join('');
    const hooktrail = new Hooktrail({
      baseUrl: 'https://hooks.example',
      auth: { accessToken: 'hush-token' },
      fetch: async () => new Response(text, { headers: { 'content-type': 'text/event-stream' } }),
    });
    const events = [];
    for await (const event of hooktrail.feed()) {
      events.push(event);
      if (events.length === messages.length) break;
    }
    const time = (value: string | undefined, name: string) =>
      value === undefined ? {} : { [name]: new Date(value) };
    expect(events).toStrictEqual(
      // biome-ignore lint/suspicious/noExplicitAny: messages of every kind
      messages.map(({ data, event: type, id }: any) => {
        const { at, from, to, event, invocation, webhook, ...rest } = data;
        return {
          ...{ id, type },
          ...time(at, 'at'),
          ...time(from, 'from'),
          ...time(to, 'to'),
          ...(event && { event: flat(event) }),
          ...(invocation && { invocation: listed(invocation) }),
          ...(webhook && { webhook: flat(webhook) }),
          ...flat(rest),
        };
      }),
    );
    const kinds = ['accepted', 'attempted', 'settled', 'held', 'released', 'gap', 'skipped'];
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(kinds));
  });

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

  it('resent is an attempt, with what was left out', async () => {
    const answer = body('resent');
    const { attempt, leftOut } = await client(answer).invocations.resend('1', '2');
    expect(leftOut).toEqual(answer.left_out);
    expect(attempt).toMatchObject({
      status: 'success',
      trigger: 'resend',
      resend: {
        id: answer.attempt.resend.id,
        requestedBy: answer.attempt.resend.requested_by,
        targetWebhookId: answer.attempt.resend.target_webhook_id,
      },
      response: { payload: 'ok' },
    });
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

  it('job-erase… are erasures, what they would do, and what they skipped', async () => {
    const asked = { kind: 'erase', query: '/subject:zen:user:4711' } as const;
    const dry = body('job-erase-dry-run');
    const { skipped_by_reason: skippedByReason, ...counted } = dry.estimate;
    const estimate = { ...counted, skippedByReason };
    expect(await client(dry).jobs.dryRun(asked)).toStrictEqual(estimate);
    const counts = ({ skipped_by_reason: byReason, ...rest }: Record<string, unknown>) => ({
      ...rest,
      skippedByReason: byReason,
    });
    const { job: made } = body('job-erase-new');
    expect(await client(body('job-erase-new')).jobs.create(asked)).toStrictEqual({
      ...flat(made),
      counts: counts(made.counts),
      estimate,
    });
    const { job } = body('job-erase');
    const got = await client(body('job-erase')).jobs.get('1');
    expect(got).toStrictEqual({ ...flat(job), counts: counts(job.counts) });
    const { skipped } = body('job-erase-skipped');
    const page = await client(body('job-erase-skipped')).jobs.skipped('1');
    expect(page.items).toStrictEqual(
      skipped.map(({ created_at: at, ...one }: Record<string, string>) => ({
        ...flat(one),
        createdAt: new Date(at as string),
      })),
    );
  });

  it('job-export… are exports, what they would have, and their files', async () => {
    const exported = { kind: 'export', of: 'invocations', query: 'webhook:Exported' } as const;
    const dry = body('job-export-dry-run');
    const [counted] = dry.estimate.webhooks;
    const estimate = await client(dry).jobs.dryRun(exported);
    expect(estimate).toStrictEqual({
      ...flat(dry.estimate),
      webhooks: [
        {
          webhook: counted.webhook,
          invocations: counted.invocations,
          byStatus: counted.by_status,
        },
      ],
    });
    const { job: made } = body('job-export-new');
    expect(await client(body('job-export-new')).jobs.create(exported)).toStrictEqual({
      ...flat(made),
      estimate,
    });
    const { job } = body('job-export');
    const { kept_until: keptUntil, ...files } = job.files;
    expect(await client(body('job-export')).jobs.get('1')).toStrictEqual({
      ...flat(job),
      reached: new Date(job.reached),
      files: { ...files, keptUntil: new Date(keptUntil) },
    });
    const { files: listed } = body('job-files');
    const page = await client(body('job-files')).jobs.files('1');
    expect(page.items).toStrictEqual(
      listed.map((file: { number: number }) => ({ ...file, id: file.number })),
    );
  });

  it.each([
    ['session', Date],
    ['session-of-token', null],
  ])('%s says who asks', async (name, ends) => {
    const { session } = body(name);
    const found = await client(body(name)).sessions.get();
    const expiresAt = session.expires_at && new Date(session.expires_at);
    const { account, token, version } = session;
    expect(found).toStrictEqual({ account, token, version, expiresAt });
    if (ends === null) expect(found.expiresAt).toBeNull();
    else expect(found.expiresAt).toBeInstanceOf(ends);
    expect(await client(body(name), 201).sessions.create()).toStrictEqual(found);
  });

  it('session-code signs in once', async () => {
    const { sign_in } = body('session-code');
    const code = await client(body('session-code'), 201).sessions.createCode();
    expect(code).toStrictEqual(flat(sign_in));
    expect(code.url).toContain(`/console/#code=${code.code}`);
  });

  it('source, sources, source-created, source-checked, source-webhooks and gaps are of the archive', async () => {
    const deep = (source: Record<string, object>) => ({
      ...flat(source),
      archived: flat(source['archived'] as Record<string, unknown>),
      bodiesMissing: flat(source['bodies_missing'] as Record<string, unknown>),
      ...(source['complete_until'] && {
        completeUntil: new Date(source['complete_until'] as unknown as string),
      }),
      ...(source['error'] && { error: withTimes(source['error'] as Record<string, unknown>) }),
    });
    const withTimes = (row: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(flat(row)).map(([name, value]) => [
          name,
          ['at', 'from', 'to'].includes(name) ? new Date(value as string) : value,
        ]),
      );
    const { source } = body('source');
    expect(await client(body('source')).sources.get('1')).toStrictEqual(deep(source));
    expect(await client(body('sources')).sources.list()).toStrictEqual(
      body('sources').sources.map(deep),
    );
    const created = body('source-created');
    const input = { name: 'acme', subdomain: 'acme', credentials: { accessToken: 'x' } };
    expect(await client(created).sources.create(input)).toStrictEqual({
      source: deep(created.source),
      access: flat(created.access),
    });
    const { access } = body('source-checked');
    expect(await client(body('source-checked')).sources.check(input)).toStrictEqual(flat(access));
    const { webhooks } = body('source-webhooks');
    expect((await client(body('source-webhooks')).sources.webhooks('1')).items).toStrictEqual(
      webhooks.map(deep),
    );
    const { gaps } = body('gaps');
    expect((await client(body('gaps')).sources.gaps('1')).items).toStrictEqual(
      gaps.map((one: Record<string, unknown>) => ({ ...withTimes(one), webhook: one['webhook'] })),
    );
  });

  it('reconciliation and reconciled-invocations are what arrived of an archive', async () => {
    const withTimes = (row: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(flat(row)).map(([name, value]) => [
          name,
          [
            'from',
            'to',
            'hour',
            'comparedUntil',
            'arrivedAt',
            'createdAt',
            'latestCompletedAt',
          ].includes(name)
            ? new Date(value as string)
            : value,
        ]),
      );
    const { hours, links, meta, missing, total } = body('reconciliation');
    expect(await client(body('reconciliation')).sources.reconcile('1')).toStrictEqual({
      hours: hours.map((one: Record<string, unknown>) => ({
        ...withTimes(one),
        webhook: one['webhook'],
        inbox: one['inbox'],
      })),
      total: flat(total),
      missing,
      links,
      meta: {
        ...withTimes(meta),
        gaps: meta.gaps.map((gap: Record<string, unknown>) => ({
          ...withTimes(gap),
          webhook: gap['webhook'],
        })),
      },
    });
    const { invocations } = body('reconciled-invocations');
    const page = await client(body('reconciled-invocations')).sources.reconciled(
      '1',
      'failed_arrived',
    );
    expect(page.items).toStrictEqual(
      invocations.map((one: Record<string, unknown>) => ({
        ...withTimes(one),
        webhook: one['webhook'],
      })),
    );
  });

  it('view and views are saved views', async () => {
    const { view } = body('view');
    expect(await client(body('view')).views.get('1')).toStrictEqual(flat(view));
    const { views } = body('views');
    expect(await client(body('views')).views.list()).toStrictEqual(views.map(flat));
  });

  it('alerts, alert-rules and alert-mutes are alerts, rules and mutes', async () => {
    /** Without what is null, and with the times that have other names. */
    const alertOf = (row: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(flat(row))
          .filter(
            ([name]) =>
              row[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] !== null,
          )
          .map(([name, value]) => [
            name,
            ['at', 'until'].includes(name) ? new Date(value as string) : value,
          ]),
      );
    const { alerts } = body('alerts');
    const page = await client(body('alerts')).alerts.list();
    expect(page.items).toStrictEqual(alerts.map(alertOf));
    expect(page.hasNext()).toBe(false);
    expect((await client(body('alerts-first-page')).alerts.list()).hasNext()).toBe(true);
    const { alert } = body('alert');
    expect(await client(body('alert')).alerts.get('1')).toStrictEqual({
      ...alertOf(alert),
      notices: alert.notices.map(alertOf),
    });
    const { alert: known } = body('alert-acknowledged');
    expect(await client(body('alert-acknowledged')).alerts.acknowledge('1')).toStrictEqual(
      alertOf(known),
    );
    const rules = await client(body('alert-rules')).alertRules.list();
    expect(rules.find(({ kind }) => kind === 'backlog')).toStrictEqual({
      kind: 'backlog',
      description: expect.any(String),
      unit: 'seconds',
      below: false,
      enabled: true,
      severity: 'warning',
      threshold: 600,
      holdSeconds: 300,
      resolveSeconds: 300,
      quietHours: {
        timeZone: 'Europe/Berlin',
        from: '22:00',
        to: '07:00',
        days: ['mon', 'tue'],
        exceptCritical: true,
      },
      isDefault: false,
    });
    expect(rules).toHaveLength(body('alert-rules').rules.length);
    const { mutes } = body('alert-mutes');
    expect(await client(body('alert-mutes')).alertMutes.list()).toStrictEqual(mutes.map(alertOf));
    const { mute } = body('alert-mute');
    expect(
      await client(body('alert-mute'), 201).alertMutes.create({ kind: 'backlog' }),
    ).toStrictEqual(alertOf(mute));
  });

  it('alert-route, alert-routes and alert-test are routes and a test', async () => {
    const routeOf = (row: Record<string, unknown>) =>
      flat(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
    const { route } = body('alert-route');
    expect(await client(body('alert-route')).alertRoutes.get('1')).toStrictEqual(routeOf(route));
    const { routes } = body('alert-routes');
    const listed = await client(body('alert-routes')).alertRoutes.list();
    expect(listed).toStrictEqual(routes.map(routeOf));
    expect(await client(body('alert-test')).alertRoutes.test('1')).toStrictEqual(
      body('alert-test').test,
    );
  });

  it('inbox, inbox-created and inboxes are inboxes', async () => {
    const { inbox } = body('inbox');
    expect(await client(body('inbox')).inboxes.get('1')).toStrictEqual(flat(inbox));
    const { inbox: made } = body('inbox-created');
    const created = await client(body('inbox-created'), 201).inboxes.create({
      name: 'n',
      scheme: 'none',
    });
    expect(created).toStrictEqual(flat(made));
    const { inboxes } = body('inboxes');
    expect(await client(body('inboxes')).inboxes.list()).toStrictEqual(inboxes.map(flat));
  });

  it('problems, undelivered, storage and nodes are what is wrong, undelivered, stored and up', async () => {
    const problems = body('problems');
    expect(await client(problems).problems()).toStrictEqual({
      problems: problems.problems.map(
        ({ since, next_probe_at: probe, ...rest }: Record<string, string>) => ({
          ...rest,
          ...(since !== undefined && { since: new Date(since) }),
          ...(probe !== undefined && { nextProbeAt: new Date(probe) }),
        }),
      ),
      counts: problems.counts,
      meta: { ...problems.meta, at: new Date(problems.meta.at) },
    });
    expect(problems.problems.map(({ kind }: { kind: string }) => kind)).toEqual([
      'breaker',
      'backlog',
      'inactive',
    ]);
    const undelivered = body('undelivered');
    const { covered } = undelivered.meta;
    expect(await client(undelivered).undelivered()).toStrictEqual({
      undelivered: undelivered.undelivered.map(flat),
      total: { count: 1, more: false, waiting: 0, groups: 1 },
      meta: { covered: { from: new Date(covered.from), to: new Date(covered.to) } },
    });
    const { storage } = body('storage');
    const partition = ({ from, to, dropped_after: after, ...rest }: Record<string, string>) => ({
      ...rest,
      from: new Date(from as string),
      to: new Date(to as string),
      droppedAfter: new Date(after as string),
    });
    const [event] = storage.tables;
    expect(await client(body('storage')).storage()).toStrictEqual({
      bytes: 8_192,
      tables: [{ ...event, partitions: event.partitions.map(partition) }],
      next: storage.next.map(partition),
      readAt: new Date(storage.read_at),
    });
    const { nodes } = body('nodes');
    expect(await client(body('nodes')).nodes()).toStrictEqual(
      nodes.map((one: Record<string, string>) => ({
        id: one['id'],
        state: one['state'],
        version: one['version'],
        host: one['host'],
        address: one['address'],
        startedAt: new Date(one['started_at'] as string),
        seenAt: new Date(one['seen_at'] as string),
        load: flat(one['load'] as never),
        ...(one['lag_ms'] !== null && { lagMs: one['lag_ms'] }),
      })),
    );
    expect(nodes.map(({ state }: { state: string }) => state)).toEqual(['up', 'missing']);
  });

  it('verification, public-key and webhook-revealed are about credentials', async () => {
    const { verification } = body('verification');
    const read = await client(body('verification')).webhooks.verify('1', { headers: {} });
    expect(read).toStrictEqual({ valid: false, signatures: verification.signatures.map(flat) });
    expect(read.signatures.map(({ valid }) => valid)).toEqual([true, false]);
    const key = body('public-key');
    expect(await client(key).webhooks.getPublicKey('1')).toStrictEqual({
      publicKey: key.public_key,
      previousPublicKey: key.previous_public_key,
      previousUntil: new Date(key.previous_until),
    });
    expect(await client(body('webhook-revealed')).webhooks.reveal('1')).toStrictEqual({
      id: expect.any(String),
      endpoint: 'https://example.com/hook',
      authentication: {
        type: 'basic_auth',
        data: { username: 'ann', password: 'secret' },
        addPosition: 'header',
      },
      customHeaders: { 'X-Team': 'warehouse' },
    });
  });

  it.each([['job'], ['job-cancelled']])('%s is a job', async (name) => {
    const answer = body(name);
    for (const act of ['get', 'pause', 'resume', 'cancel'] as const) {
      expect(await client(answer).jobs[act]('1')).toStrictEqual(job(answer.job));
    }
    expect(await client(answer).jobs.update('1', { rate: 5 })).toStrictEqual(job(answer.job));
  });

  it('job has every field', async () => {
    const read = await client(body('job')).jobs.get('1');
    expect(read).toMatchObject({
      canary: { count: 10, successShare: 0.9, passed: false },
      stopOn: { failureShare: 0.5, ofLast: 100 },
      counts: { inFlight: 1, skippedByReason: { 'body gone': 1, 'changed since': 1 } },
      waitsFor: [{ webhook: { name: 'Other' }, for: 'paused' }],
    });
    expect(read.expectedEndAt).toBeInstanceOf(Date);
  });

  it('job-created is a job with what it is about to do, and job-dry-run is that alone', async () => {
    const answer = body('job-created');
    expect(await client(answer, 201).jobs.create({ query: 'a' })).toStrictEqual({
      ...job(answer.job),
      estimate: estimate(answer.estimate),
    });
    const dry = body('job-dry-run');
    expect(await client(dry).jobs.dryRun({ query: 'a' })).toStrictEqual(estimate(dry.estimate));
  });

  it('jobs and jobs-empty are pages of jobs, and job-skipped is one of what was not sent', async () => {
    const { jobs } = body('jobs');
    expect((await client(body('jobs')).jobs.list()).items).toStrictEqual(jobs.map(job));
    expect((await client(body('jobs-empty')).jobs.list()).items).toEqual([]);
    const { skipped } = body('job-skipped');
    expect((await client(body('job-skipped')).jobs.skipped('1')).items).toStrictEqual(
      skipped.map(flat),
    );
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
