import { describe, expect, it } from 'vitest';
import { Hooktrail, type PublishEvent, type ReplayJob } from './hooktrail.ts';
import { ConfigurationError, NotFoundError, ResponseValidationError, Zendesk } from './index.ts';
import { answer, broken, json, type Step, scriptedFetch } from './testing/scripted-fetch.ts';

const setUp = (...steps: Step[]) => {
  const { fetch, requests } = scriptedFetch(...steps);
  const hooktrail = new Hooktrail({
    baseUrl: 'http://localhost:4400',
    auth: { accessToken: 'x' },
    retries: { backoff: { initialInterval: 0 } },
    fetch,
  });
  return { hooktrail, requests };
};

const accepted = {
  event: { id: 'e' },
  invocations: [{ id: 'i', webhook_id: 'w' }],
  skipped: [{ webhook_id: 'v', reason: 'inactive' }],
};
const result = {
  event: { id: 'e' },
  invocations: [{ id: 'i', webhookId: 'w' }],
  skipped: [{ webhookId: 'v', reason: 'inactive' }],
};
const event: PublishEvent = {
  type: 'shop.order.paid',
  time: new Date('2024-01-01T00:00:00Z'),
  detail: { orderNumber: 1, created_at: null },
  event: { totalPaid: { inEuro: 2 } },
};
const sent = { ...event, time: '2024-01-01T00:00:00.000Z' };

describe('publish', () => {
  it('sends the event unchanged', async () => {
    const { hooktrail, requests } = setUp(json(accepted, { status: 202 }));
    expect(await hooktrail.events.publish(event)).toEqual(result);
    expect(requests[0]).toMatchObject({ method: 'POST', body: sent });
    expect(requests[0]?.url.href).toBe('http://localhost:4400/v1/events');
    expect(requests[0]?.headers.has('idempotency-key')).toBe(false);
  });

  it('is retried after a lost answer only where the server recognises a repeat', async () => {
    for (const step of [broken(), answer(500)]) {
      for (const [given, options] of [
        [event, { idempotencyKey: 'k' }],
        [{ ...event, id: 'e' }, {}],
      ] as const) {
        const { hooktrail, requests } = setUp(step, json(accepted));
        expect(await hooktrail.events.publish(given, options)).toEqual(result);
        expect(requests).toHaveLength(2);
        expect(requests[1]?.body).toEqual(requests[0]?.body);
      }
      const { hooktrail, requests } = setUp(step, json(accepted));
      await expect(hooktrail.events.publish(event)).rejects.toThrow();
      expect(requests).toHaveLength(1);
    }
  });

  it('sends the key, and the headers of the call', async () => {
    const { hooktrail, requests } = setUp(json(accepted));
    await hooktrail.events.publish(event, { idempotencyKey: 'k', headers: { 'x-mine': '1' } });
    expect(requests[0]?.headers.get('idempotency-key')).toBe('k');
    expect(requests[0]?.headers.get('x-mine')).toBe('1');
  });

  it('refuses an incomplete answer', async () => {
    const { hooktrail } = setUp(json({ event: { id: 'e' } }));
    await expect(hooktrail.events.publish(event)).rejects.toThrow(ResponseValidationError);
  });
});

describe('events', () => {
  const row = {
    id: 'order-1',
    stored_id: 's',
    type: 'order.paid',
    created_at: '2024-01-01T00:00:00.000Z',
    body_length: 2,
    invocations_count: 1,
    skipped_count: 1,
  };
  const summary = {
    id: 'order-1',
    storedId: 's',
    type: 'order.paid',
    createdAt: new Date('2024-01-01T00:00:00Z'),
    bodyLength: 2,
    invocationsCount: 1,
    skippedCount: 1,
  };
  const invocation = {
    id: 'i',
    webhook_id: 'w',
    webhook_name: 'Orders',
    webhook_deleted_at: '2024-01-02T00:00:00.000Z',
    status: 'success',
  };
  const shown = {
    id: 'i',
    webhookId: 'w',
    webhookName: 'Orders',
    webhookDeletedAt: new Date('2024-01-02T00:00:00Z'),
    status: 'success',
  };

  it('lists events page by page, also past an empty page', async () => {
    const meta = { has_more: true, after_cursor: 'c', covered: '2024-01-01T00:00:00.000Z' };
    const { hooktrail, requests } = setUp(
      json({ events: [], meta }),
      json({ events: [row], meta: { has_more: false } }),
    );
    const filterFromTs = new Date('2023-01-01T00:00:00Z');
    const found = await hooktrail.events
      .list({ q: '/detail/id:1', filterType: 'order.*', filterFromTs })
      .all();
    expect(found).toEqual([summary]);
    expect(requests.map(({ url }) => decodeURIComponent(url.pathname + url.search))).toEqual([
      '/v1/events?q=/detail/id:1&filter[type]=order.*&filter[from_ts]=2023-01-01T00:00:00.000Z',
      '/v1/events?q=/detail/id:1&filter[type]=order.*&filter[from_ts]=2023-01-01T00:00:00.000Z&page[after]=c',
    ]);
  });

  it('gets an event by an id of any characters', async () => {
    const skipped = [{ webhook_id: 'v', webhook_name: 'V', reason: 'inactive' }];
    const body = '{"n":12345678901234567890}';
    const { hooktrail, requests } = setUp(
      json({ event: { ...row, body, invocations: [invocation], skipped } }),
    );
    expect(await hooktrail.events.get('a/b?c%d')).toEqual({
      ...summary,
      body,
      invocations: [shown],
      skipped: [{ webhookId: 'v', webhookName: 'V', reason: 'inactive' }],
    });
    expect(requests[0]?.url.pathname).toBe('/v1/events/a%2Fb%3Fc%25d');
  });

  it('returns the body as text, whatever its form', async () => {
    for (const text of ['{"n": 12345678901234567890}', '<a/>', '']) {
      const { hooktrail } = setUp(answer(200, text));
      expect(await hooktrail.events.body('e')).toBe(text);
    }
    const { hooktrail } = setUp(json({ error: { code: 'RecordNotFound' } }, { status: 404 }));
    await expect(hooktrail.events.body('e')).rejects.toThrow(NotFoundError);
  });

  it('lists the invocations of an event', async () => {
    const { hooktrail, requests } = setUp(json({ invocations: [invocation], meta: {} }));
    expect(await hooktrail.events.invocations('e', { pageSize: 5 }).all()).toEqual([shown]);
    expect(requests[0]?.url.href).toMatch(/\/v1\/events\/e\/invocations\?page%5Bsize%5D=5$/);
  });
});

describe('publishBatch', () => {
  it('says how many errors an answer leaves out', async () => {
    const error = { code: 'InvalidBody', title: 'Unprocessable Entity', message: 'no' };
    const failure = { status: 422, error, errors: [{ code: 'required', message: 'no' }] };
    const { hooktrail } = setUp(json({ results: [{ ...failure, errors_count: 20 }, failure] }));
    expect(await hooktrail.events.publishBatch([{ type: 'a.b' }, { type: 'a.b' }])).toStrictEqual([
      { ...failure, errorsCount: 20 },
      failure,
    ]);
  });

  it('returns the result for each event, in order', async () => {
    const failure = {
      status: 422,
      error: { code: 'Invalid', title: 'Unprocessable', message: 'type is missing' },
      errors: [{ field: 'type', code: 'missing', message: 'x' }],
    };
    const { hooktrail, requests } = setUp(json({ results: [accepted, failure] }));
    const results = await hooktrail.events.publishBatch([event, {} as PublishEvent]);
    expect(results).toEqual([result, failure]);
    expect(results.map(({ error }) => error?.code)).toEqual([undefined, 'Invalid']);
    expect(requests[0]?.body).toEqual([sent, {}]);
    expect(requests[0]?.url.pathname).toBe('/v1/events/batch');
  });

  it('is retried after a lost answer only when all events have ids', async () => {
    const own = { ...event, id: 'e' };
    for (const [events, count] of [
      [[own, own], 2],
      [[own, event], 1],
    ] as const) {
      const { hooktrail, requests } = setUp(broken(), json({ results: [] }));
      await hooktrail.events.publishBatch(events).catch(() => {});
      expect(requests).toHaveLength(count);
    }
  });
});

describe('invoke', () => {
  it('sends the payload unchanged', async () => {
    const { hooktrail, requests } = setUp(json({ invocation: { id: 'i', webhook_id: 'w/1' } }));
    const invoked = await hooktrail.webhooks.invoke('w/1', { ticketId: 1 });
    expect(invoked).toEqual({ invocation: { id: 'i', webhookId: 'w/1' } });
    expect(requests[0]?.body).toEqual({ payload: { ticketId: 1 } });
    expect(requests[0]?.url.pathname).toBe('/v1/webhooks/w%2F1/invocations');
  });

  it('needs an id', async () => {
    const { hooktrail, requests } = setUp(json({}));
    await expect(hooktrail.webhooks.invoke('', 'x')).rejects.toThrow(ConfigurationError);
    expect(requests).toEqual([]);
  });
});

const wireRules = {
  time_limit_seconds: 30,
  schedule_seconds: [5, 60],
  rate_limit: null,
  breaker: { window_seconds: 60, error_rate: 0.5, max_open_seconds: 60 },
  standard_webhooks: true,
  propagate_trace: 'pass',
};
const rules = {
  timeLimitSeconds: 30,
  scheduleSeconds: [5, 60],
  rateLimit: null,
  breaker: { windowSeconds: 60, errorRate: 0.5, maxOpenSeconds: 60 },
  standardWebhooks: true,
  propagateTrace: 'pass',
};

describe('the client certificate', () => {
  const answered = json({
    client_certificate: {
      subject: 'CN=hooks',
      issuer: 'CN=authority',
      serial_number: '0A',
      fingerprint_sha256: 'AB:CD',
      valid_from: '2026-01-01T00:00:00.000Z',
      valid_until: '2027-01-01T00:00:00.000Z',
      chain_length: 2,
    },
  });
  const read = {
    subject: 'CN=hooks',
    issuer: 'CN=authority',
    serialNumber: '0A',
    fingerprintSha256: 'AB:CD',
    validFrom: new Date('2026-01-01T00:00:00Z'),
    validUntil: new Date('2027-01-01T00:00:00Z'),
    chainLength: 2,
  };

  it('is read', async () => {
    const { hooktrail, requests } = setUp(answered);
    expect(await hooktrail.webhooks.getClientCertificate('w/1')).toEqual(read);
    expect(requests[0]).toMatchObject({ method: 'GET', body: undefined });
    expect(requests[0]?.url.pathname).toBe('/v1/webhooks/w%2F1/client_certificate');
  });

  it('is set and removed', async () => {
    const { hooktrail, requests } = setUp(answered, () => new Response(null, { status: 204 }));
    const { webhooks } = hooktrail;
    const given = { certificate: 'PEM', privateKey: 'KEY' };
    expect(await webhooks.updateClientCertificate('w', given)).toEqual(read);
    expect(await webhooks.deleteClientCertificate('w')).toBeUndefined();
    expect(requests.map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
    expect(requests[0]?.body).toEqual({
      client_certificate: { certificate: 'PEM', private_key: 'KEY' },
    });
  });
});

describe('delivery rules', () => {
  const answered = json({
    delivery: wireRules,
    effective: {
      ...wireRules,
      profile: 'durable',
      retried: [{ failure: 'any', only_with_retry_after: false }],
      retry_after: { max_seconds: 3600, longer: 'cut' },
      while_open: 'wait',
    },
  });
  const read = {
    delivery: rules,
    effective: {
      ...rules,
      profile: 'durable',
      retried: [{ failure: 'any', onlyWithRetryAfter: false }],
      retryAfter: { maxSeconds: 3600, longer: 'cut' },
      whileOpen: 'wait',
    },
  };

  it('are read in camel case at any depth, and keep null', async () => {
    const { hooktrail, requests } = setUp(answered);
    expect(await hooktrail.webhooks.getDelivery('w/1')).toEqual(read);
    expect(requests[0]).toMatchObject({ method: 'GET', body: undefined });
    expect(requests[0]?.url.pathname).toBe('/v1/webhooks/w%2F1/delivery');
  });

  it('are sent in snake case at any depth, with null', async () => {
    const { hooktrail, requests } = setUp(answered);
    const given = {
      timeLimitSeconds: 30,
      scheduleSeconds: [5, 60],
      concurrency: undefined,
      rateLimit: null,
      breaker: {
        windowSeconds: 60,
        minRequests: 10,
        errorRate: 0.5,
        maxErrors: 100,
        openSeconds: 5,
        maxOpenSeconds: 60,
      },
      standardWebhooks: true,
      propagateTrace: 'pass' as const,
    };
    expect(await hooktrail.webhooks.updateDelivery('w', given)).toEqual(read);
    expect(requests[0]?.method).toBe('PUT');
    expect(requests[0]?.url.pathname).toBe('/v1/webhooks/w/delivery');
    expect(requests[0]?.body).toEqual({
      delivery: {
        ...wireRules,
        breaker: {
          window_seconds: 60,
          min_requests: 10,
          error_rate: 0.5,
          max_errors: 100,
          open_seconds: 5,
          max_open_seconds: 60,
        },
      },
    });
  });

  it('are not read from another body', async () => {
    const { hooktrail } = setUp(json('nothing'));
    await expect(hooktrail.webhooks.getDelivery('w')).rejects.toThrow(ResponseValidationError);
  });
});

describe('pause and resume', () => {
  it('return the state of the webhook, and are retried', async () => {
    const paused = { paused: true, paused_at: '2026-01-31T12:00:00Z', paused_by: 't' };
    const { hooktrail, requests } = setUp(broken(), json(paused), json({ paused: false }));
    expect(await hooktrail.webhooks.pause('w')).toEqual({
      paused: true,
      pausedAt: new Date('2026-01-31T12:00:00Z'),
      pausedBy: 't',
    });
    expect(await hooktrail.webhooks.resume('w')).toEqual({ paused: false });
    expect(requests.map(({ method, url }) => [method, url.pathname])).toEqual([
      ['POST', '/v1/webhooks/w/pause'],
      ['POST', '/v1/webhooks/w/pause'],
      ['POST', '/v1/webhooks/w/resume'],
    ]);
  });
});

describe('resetSigningSecret', () => {
  it('keeps the old secret valid for graceSeconds', async () => {
    const secret = { secret: 's', algorithm: 'SHA256' };
    const until = '2026-02-01T12:00:00Z';
    const { hooktrail, requests } = setUp(
      json({ signing_secret: { ...secret, previous_until: until } }, { status: 201 }),
      json({ signing_secret: secret }, { status: 201 }),
    );
    const { webhooks } = hooktrail;
    expect(await webhooks.resetSigningSecret('w', { graceSeconds: 86_400 })).toEqual({
      ...secret,
      previousUntil: new Date(until),
    });
    expect(await webhooks.resetSigningSecret('w')).toEqual(secret);
    expect(requests.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual([
      'POST /api/v2/webhooks/w/signing_secret?grace_seconds=86400',
      'POST /api/v2/webhooks/w/signing_secret',
    ]);
  });
});

describe('health', () => {
  it('is read at any depth, times included', async () => {
    const { hooktrail, requests } = setUp(
      json({
        health: {
          status: 'paused',
          paused_at: '2026-01-31T10:00:00Z',
          breaker: { state: 'open', since: '2026-01-31T12:00:00Z', reason: 'failures' },
          window: { seconds: 300, requests: 4, errors: 3, error_rate: 0.75 },
          waiting_since: '2026-01-31T11:00:00Z',
          certificate: {
            subject: 'CN=hooks.example.com',
            issuer: 'CN=R12',
            valid_until: '2026-03-01T00:00:00Z',
            seen_at: '2026-01-31T09:00:00Z',
          },
        },
      }),
    );
    expect(await hooktrail.webhooks.health('w')).toEqual({
      status: 'paused',
      pausedAt: new Date('2026-01-31T10:00:00Z'),
      breaker: { state: 'open', since: new Date('2026-01-31T12:00:00Z'), reason: 'failures' },
      window: { seconds: 300, requests: 4, errors: 3, errorRate: 0.75 },
      waitingSince: new Date('2026-01-31T11:00:00Z'),
      certificate: {
        subject: 'CN=hooks.example.com',
        issuer: 'CN=R12',
        validUntil: new Date('2026-03-01T00:00:00Z'),
        seenAt: new Date('2026-01-31T09:00:00Z'),
      },
    });
    expect(requests[0]?.url.pathname).toBe('/v1/webhooks/w/health');
  });
});

describe('account', () => {
  const account = { id: 1, name: 'main', profile: 'zendesk' };

  it('is returned and changed', async () => {
    const { hooktrail, requests } = setUp(json({ account }));
    expect(await hooktrail.account.get()).toEqual(account);
    expect(await hooktrail.account.update({ profile: 'zendesk' })).toEqual(account);
    expect(requests).toMatchObject([
      { method: 'GET', body: undefined },
      { method: 'PUT', body: { account: { profile: 'zendesk' } } },
    ]);
    expect(requests.map(({ url }) => url.pathname)).toEqual(['/v1/account', '/v1/account']);
  });

  it('must be an object', async () => {
    const { hooktrail } = setUp(json({}));
    await expect(hooktrail.account.get()).rejects.toThrow(ResponseValidationError);
  });
});

describe('invocations', () => {
  const wire = {
    id: 'i',
    webhook_id: 'w',
    status: 'server error',
    created_at: '2026-01-31T12:00:00Z',
    event_id: 'e',
    explanation: 'It waits.',
    timeline: [{ at: '2026-01-31T12:00:01Z', what: 'attempted', message: '', attempt_id: 'a' }],
  };
  const model = {
    id: 'i',
    webhookId: 'w',
    status: 'server error',
    createdAt: new Date('2026-01-31T12:00:00Z'),
    eventId: 'e',
    explanation: 'It waits.',
    timeline: [
      { at: new Date('2026-01-31T12:00:01Z'), what: 'attempted', message: '', attemptId: 'a' },
    ],
  };

  it('are listed by a query, with what each page covers', async () => {
    const row = {
      id: 'i',
      webhook: { id: 'w', name: 'Orders', deleted_at: '2026-01-31T12:00:00Z' },
      event_type: 't',
      status: 'failed',
      attempts_count: 1,
      created_at: '2026-01-31T12:00:00Z',
      state: 'waiting',
      error_class: 'dns',
    };
    const covered = { from: '2026-01-30T00:00:00Z', to: '2026-01-31T00:00:00Z' };
    const empty = { invocations: [], meta: { has_more: true, after_cursor: 'c', covered } };
    const last = { invocations: [row], meta: { has_more: false, covered } };
    const { hooktrail, requests } = setUp(json(empty), json(last), json(empty), json(empty));
    const first = await hooktrail.invocations.list('status:failed since:2h', { pageSize: 5 });
    expect(first.items).toEqual([]);
    expect(first.covered).toEqual({ from: new Date(covered.from), to: new Date(covered.to) });
    const second = await first.next();
    expect(second?.covered.to).toEqual(new Date(covered.to));
    expect(second?.items).toEqual([
      {
        id: 'i',
        webhook: { id: 'w', name: 'Orders', deletedAt: new Date('2026-01-31T12:00:00Z') },
        eventType: 't',
        status: 'failed',
        attemptsCount: 1,
        createdAt: new Date('2026-01-31T12:00:00Z'),
        state: 'waiting',
        errorClass: 'dns',
      },
    ]);
    await hooktrail.invocations.list([{ field: 'status', values: ['failed'], not: true }]);
    await hooktrail.invocations.list({ status: 'failed,timeout', attempts: '>3' });
    expect(requests.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
      { q: 'status:failed since:2h', 'page[size]': '5' },
      { q: 'status:failed since:2h', 'page[size]': '5', 'page[after]': 'c' },
      { query: '[{"field":"status","values":["failed"],"not":true}]' },
      { status: 'failed,timeout', attempts: '>3' },
    ]);
    expect(requests[0]?.url.pathname).toBe('/v1/invocations');
  });

  it('searches texts, page by page, and says what it has read', async () => {
    const event = {
      id: 'e',
      type: 't',
      created_at: '2026-01-31T12:00:00Z',
      body_length: 2,
      skipped_count: 0,
    };
    const result = {
      id: 'e',
      found_at: '2026-01-31T12:00:00Z',
      event,
      matches: [{ in: 'event body', text: 'order 40123' }],
    };
    const meta = {
      covered: { from: '2026-01-30T00:00:00Z', to: '2026-01-31T00:00:00Z' },
      read: { rows: 2, bytes: 3 },
      filters: { blocks: 16, read: 1, empty: 0 },
    };
    const { hooktrail, requests } = setUp(
      json({ results: [], meta: { ...meta, has_more: true, after_cursor: 'c' } }),
      json({ results: [result], meta: { ...meta, has_more: false } }),
      json({ results: [], meta: { ...meta, has_more: false } }),
    );
    const first = await hooktrail.search('"order 40123" since:2d', { pageSize: 5 });
    expect(first).toMatchObject({ items: [], read: meta.read, filters: meta.filters });
    expect(first.covered.from).toEqual(new Date(meta.covered.from));
    const second = await first.next();
    expect(second?.items).toEqual([
      {
        id: 'e',
        foundAt: new Date('2026-01-31T12:00:00Z'),
        event: {
          id: 'e',
          type: 't',
          createdAt: new Date('2026-01-31T12:00:00Z'),
          bodyLength: 2,
          skippedCount: 0,
        },
        matches: [{ in: 'event body', text: 'order 40123' }],
      },
    ]);
    for await (const one of hooktrail.search([{ field: 'text', values: ['a b'] }])) throw one;
    expect(requests.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
      { q: '"order 40123" since:2d', 'page[size]': '5' },
      { q: '"order 40123" since:2d', 'page[size]': '5', 'page[after]': 'c' },
      { query: '[{"field":"text","values":["a b"]}]' },
    ]);
    expect(requests[0]?.url.pathname).toBe('/v1/search');
  });

  it('are counted by a query', async () => {
    const total = { attempts: 3, succeeded: 2, success_share: 0.6667, settled: 2, reopened: 0 };
    const durations = { mean: 5, p50: 4, p95: 9, p99: 9 };
    const row = {
      error_class: 'dns',
      at: '2026-01-30T00:00:00Z',
      attempts: 1,
      duration_ms: durations,
    };
    const meta = { from: '2026-01-30T00:00:00Z', to: '2026-01-31T00:00:00Z', unit: 'hour' };
    const live = { invocations: 10_000, more: true };
    const { hooktrail, requests } = setUp(
      json({ counts: [row], total, meta: { ...meta, counted_until: meta.to } }),
      json({ counts: [], live, meta }),
    );
    const counted = await hooktrail.counts('webhook:orders since:1d', {
      by: ['status', 'error'],
      step: 'hour',
    });
    expect(counted).toEqual({
      counts: [{ errorClass: 'dns', at: new Date(row.at), attempts: 1, durationMs: durations }],
      total: { attempts: 3, succeeded: 2, successShare: 0.6667, settled: 2, reopened: 0 },
      meta: {
        from: new Date(meta.from),
        to: new Date(meta.to),
        unit: 'hour',
        countedUntil: new Date(meta.to),
      },
    });
    expect((await hooktrail.counts({ code: '404' })).live).toEqual(live);
    expect(requests.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
      { q: 'webhook:orders since:1d', by: 'status,error', step: 'hour' },
      { code: '404' },
    ]);
    expect(requests[0]?.url.pathname).toBe('/v1/counts');
  });

  it('are found by their id alone, with their attempts', async () => {
    const attempt = { id: 'a', invocation_id: 'i', created_at: '2026-01-31T12:00:00Z' };
    const { hooktrail, requests } = setUp(
      json({ webhook: {}, invocation: wire }),
      json({ webhook: {}, attempts: [attempt], meta: { has_more: false } }),
      json({ webhook: {}, attempt }),
    );
    expect(await hooktrail.invocations.get('i')).toEqual(model);
    const read = { id: 'a', invocationId: 'i', createdAt: new Date('2026-01-31T12:00:00Z') };
    expect((await hooktrail.invocations.attempts('i')).items).toMatchObject([read]);
    expect(await hooktrail.invocations.attempt('i', 2)).toMatchObject(read);
    expect(requests.map(({ url }) => url.pathname)).toEqual([
      '/v1/invocations/i',
      '/v1/invocations/i/attempts',
      '/v1/invocations/i/attempts/2',
    ]);
  });

  it('are returned with the reason for their state', async () => {
    const { hooktrail, requests } = setUp(json({ invocation: wire }));
    expect(await hooktrail.invocations.getOfWebhook('w', 'i/1')).toEqual(model);
    expect(requests[0]?.url.pathname).toBe('/v1/webhooks/w/invocations/i%2F1');
  });

  it('are sent again, and a lost answer is not retried', async () => {
    const { hooktrail, requests } = setUp(json({ invocation: wire }), json({ invocation: wire }));
    expect(await hooktrail.invocations.replay('w', 'i')).toEqual(model);
    await hooktrail.invocations.replay('w', 'i', { force: true });
    expect(requests).toMatchObject([
      { method: 'POST', body: {} },
      { method: 'POST', body: { force: true } },
    ]);
    expect(requests[0]?.url.pathname).toBe('/v1/webhooks/w/invocations/i/replay');

    const lost = setUp(broken(), json({ invocation: wire }));
    await expect(lost.hooktrail.invocations.replay('w', 'i')).rejects.toThrow();
    expect(lost.requests).toHaveLength(1);
  });

  it('reveal the headers of an attempt', async () => {
    const headers = [{ key: 'X-Functions-Key', value: 'k' }];
    const { hooktrail, requests } = setUp(json({ request: { headers } }));
    expect(await hooktrail.invocations.revealHeaders('w', 'i', 'a')).toEqual({ headers });
    expect(requests).toMatchObject([{ method: 'POST' }]);
    expect(requests[0]?.url.pathname).toBe('/v1/webhooks/w/invocations/i/attempts/a/reveal');
  });

  it('need both ids', async () => {
    const { hooktrail, requests } = setUp(json({}));
    await expect(hooktrail.invocations.getOfWebhook('w', '')).rejects.toThrow(ConfigurationError);
    await expect(hooktrail.invocations.replay('', 'i')).rejects.toThrow(ConfigurationError);
    expect(requests).toEqual([]);
  });
});

const createdAt = '2026-01-31T12:00:00Z';
const at = new Date(createdAt);

/** The method and the URL of each request. */
const lines = (requests: readonly { method: string; url: URL }[]) =>
  requests.map(({ method, url }) => decodeURIComponent(`${method} ${url.pathname}${url.search}`));

describe('tokens', () => {
  const wire = {
    id: 't',
    account_id: 2,
    name: 'ci',
    role: 'publish',
    created_at: createdAt,
    created_by: 'operator',
  };
  const token = {
    id: 't',
    accountId: 2,
    name: 'ci',
    role: 'publish',
    createdAt: at,
    createdBy: 'operator',
  };

  it('are listed page by page until there is no next page', async () => {
    const { hooktrail, requests } = setUp(
      json({ tokens: [wire], meta: { has_more: true, after_cursor: 'c' } }),
      json({ tokens: [{ ...wire, id: 'u' }], meta: { has_more: false } }),
    );
    const first = await hooktrail.tokens.list({ accountId: 2, pageSize: 1 });
    expect(first.items).toStrictEqual([token]);
    const second = await first.next();
    expect(second?.items).toStrictEqual([{ ...token, id: 'u' }]);
    expect(await second?.next()).toBeNull();
    expect(lines(requests)).toEqual([
      'GET /v1/tokens?page[size]=1&account_id=2',
      'GET /v1/tokens?page[size]=1&page[after]=c&account_id=2',
    ]);
  });

  it('are listed for the account of the credentials by default', async () => {
    const { hooktrail, requests } = setUp(json({ tokens: [wire], meta: { has_more: false } }));
    expect(await hooktrail.tokens.list().all()).toStrictEqual([token]);
    expect(lines(requests)).toEqual(['GET /v1/tokens']);
  });

  it('are created, here and in another account, with their secret', async () => {
    const answered = json({ token: { ...wire, secret: 'ht_x' } }, { status: 201 });
    const { hooktrail, requests } = setUp(answered, answered);
    const created = { ...token, secret: 'ht_x' };
    expect(await hooktrail.tokens.create({ name: 'ci', role: 'publish' })).toStrictEqual(created);
    const headers = { 'x-mine': '1' };
    await hooktrail.tokens.create({ name: 'ci', role: 'publish' }, { accountId: 2, headers });
    expect(lines(requests)).toEqual(['POST /v1/tokens', 'POST /v1/tokens?account_id=2']);
    expect(requests[1]?.body).toEqual({ token: { name: 'ci', role: 'publish' } });
    expect(requests[1]?.headers.get('x-mine')).toBe('1');
  });

  it('are not created twice: a lost answer is not retried', async () => {
    const { hooktrail, requests } = setUp(broken(), json({ token: wire }));
    await expect(hooktrail.tokens.create({ name: 'n', role: 'read' })).rejects.toThrow();
    expect(requests).toHaveLength(1);
  });

  it('are revoked, here and in another account', async () => {
    const { hooktrail, requests } = setUp(broken(), answer(204), answer(204));
    expect(await hooktrail.tokens.revoke('t/1')).toBeUndefined();
    await hooktrail.tokens.revoke('t', { accountId: 2 });
    expect(lines(requests.slice(1))).toEqual([
      'DELETE /v1/tokens/t/1',
      'DELETE /v1/tokens/t?account_id=2',
    ]);
    expect(requests[1]?.url.pathname).toBe('/v1/tokens/t%2F1');
  });

  it('need an id', async () => {
    const { hooktrail, requests } = setUp(answer(204));
    await expect(hooktrail.tokens.revoke('')).rejects.toThrow(ConfigurationError);
    expect(requests).toEqual([]);
  });
});

describe('views', () => {
  const wire = {
    id: 'v',
    name: 'Failed',
    screen: 'invocations',
    search: 'q=x',
    columns: ['status'],
    created_at: createdAt,
    updated_at: createdAt,
  };
  const { created_at: _created, updated_at: _updated, ...same } = wire;
  const view = { ...same, createdAt: at, updatedAt: at };

  it('are listed, saved, read, replaced and deleted', async () => {
    const one = json({ view: wire });
    const { hooktrail, requests } = setUp(json({ views: [wire] }), one, one, one, answer(204));
    const input = { name: 'Failed', screen: 'invocations', columns: ['status'] };
    expect(await hooktrail.views.list()).toStrictEqual([view]);
    expect(await hooktrail.views.create(input)).toStrictEqual(view);
    expect(await hooktrail.views.get('v/1')).toStrictEqual(view);
    expect(await hooktrail.views.replace('v', input)).toStrictEqual(view);
    expect(await hooktrail.views.delete('v')).toBeUndefined();
    expect(lines(requests)).toEqual([
      'GET /v1/views',
      'POST /v1/views',
      'GET /v1/views/v/1',
      'PUT /v1/views/v',
      'DELETE /v1/views/v',
    ]);
    expect(requests[1]?.body).toEqual({ view: input });
    expect(requests[2]?.url.pathname).toBe('/v1/views/v%2F1');
  });

  it('are not saved twice: a lost answer is not retried', async () => {
    const { hooktrail, requests } = setUp(broken(), json({ view: wire }));
    await expect(hooktrail.views.create({ name: 'n', screen: 's' })).rejects.toThrow();
    expect(requests).toHaveLength(1);
  });
});

describe('inboxes', () => {
  const wire = {
    id: 'i',
    name: 'Zendesk',
    scheme: 'zendesk',
    secrets_count: 1,
    tolerance_seconds: 300,
    default_type: 'inbox.received',
    created_at: createdAt,
    updated_at: createdAt,
  };
  const inbox = {
    id: 'i',
    name: 'Zendesk',
    scheme: 'zendesk',
    secretsCount: 1,
    toleranceSeconds: 300,
    defaultType: 'inbox.received',
    createdAt: at,
    updatedAt: at,
  };
  const address = { token: 'hi_x', address: 'https://h.example/in/hi_x' };

  it('are listed, created, read, changed, rotated and deleted', async () => {
    const one = json({ inbox: wire });
    const addressed = json({ inbox: { ...wire, ...address } });
    const answers = [json({ inboxes: [wire] }), addressed, one, one, addressed, answer(204)];
    const { hooktrail, requests } = setUp(...answers);
    const secrets = ['0123456789abcdef'];
    expect(await hooktrail.inboxes.list()).toStrictEqual([inbox]);
    const input = { name: 'Zendesk', scheme: 'zendesk', secrets, toleranceSeconds: 60 } as const;
    expect(await hooktrail.inboxes.create(input)).toStrictEqual({ ...inbox, ...address });
    expect(await hooktrail.inboxes.get('i/1')).toStrictEqual(inbox);
    expect(await hooktrail.inboxes.update('i', { typeHeader: null })).toStrictEqual(inbox);
    expect(await hooktrail.inboxes.rotate('i', { graceSeconds: 60 })).toMatchObject(address);
    expect(await hooktrail.inboxes.delete('i')).toBeUndefined();
    expect(lines(requests)).toEqual([
      'GET /v1/inboxes',
      'POST /v1/inboxes',
      'GET /v1/inboxes/i/1',
      'PATCH /v1/inboxes/i',
      'POST /v1/inboxes/i/rotate?grace_seconds=60',
      'DELETE /v1/inboxes/i',
    ]);
    const { toleranceSeconds, ...same } = input;
    expect(requests[1]?.body).toEqual({ inbox: { ...same, tolerance_seconds: 60 } });
    expect(requests[3]?.body).toEqual({ inbox: { type_header: null } });
  });

  it('are not made twice: a lost answer is not retried', async () => {
    const { hooktrail, requests } = setUp(broken(), json({ inbox: wire }));
    await expect(hooktrail.inboxes.create({ name: 'n', scheme: 'none' })).rejects.toThrow();
    expect(requests).toHaveLength(1);
  });
});

describe('accounts', () => {
  const wire = { id: 2, name: 'Acme', profile: 'durable', created_at: createdAt };
  const account = { id: 2, name: 'Acme', profile: 'durable', createdAt: at };

  it('are listed page by page, each once', async () => {
    const { hooktrail, requests } = setUp(
      json({ accounts: [wire], meta: { has_more: true, after_cursor: 'c' } }),
      json({ accounts: [wire, { ...wire, id: 1 }], meta: { has_more: false } }),
    );
    const ids: number[] = [];
    for await (const { id } of hooktrail.accounts.list().uniqueById()) ids.push(id);
    expect(ids).toEqual([2, 1]);
    expect(lines(requests)).toEqual(['GET /v1/accounts', 'GET /v1/accounts?page[after]=c']);
  });

  it('are created, returned, renamed, suspended and resumed', async () => {
    const suspended = { ...wire, suspended_at: createdAt };
    const { hooktrail, requests } = setUp(
      json({ account: wire }, { status: 201 }),
      json({ account: wire }),
      json({ account: suspended }),
      json({ account: { ...wire, suspended_at: null } }),
    );
    const { accounts } = hooktrail;
    expect(await accounts.create({ name: 'Acme', profile: 'durable' })).toStrictEqual(account);
    expect(await accounts.get(2)).toStrictEqual(account);
    expect(await accounts.update(2, { name: 'A', suspended: true })).toStrictEqual({
      ...account,
      suspendedAt: at,
    });
    expect(await accounts.update(2, { suspended: false })).toStrictEqual(account);
    expect(lines(requests)).toEqual([
      'POST /v1/accounts',
      'GET /v1/accounts/2',
      'PATCH /v1/accounts/2',
      'PATCH /v1/accounts/2',
    ]);
    expect(requests.map(({ body }) => body)).toEqual([
      { account: { name: 'Acme', profile: 'durable' } },
      undefined,
      { account: { name: 'A', suspended: true } },
      { account: { suspended: false } },
    ]);
  });

  it('are not created twice: a lost answer is not retried', async () => {
    const { hooktrail, requests } = setUp(broken(), json({ account: wire }));
    await expect(hooktrail.accounts.create({ name: 'Acme' })).rejects.toThrow();
    expect(requests).toHaveLength(1);
  });
});

describe('the audit', () => {
  const wire = {
    id: 'a',
    created_at: createdAt,
    operation: 'patchWebhook',
    by: 'token',
    token_id: 't',
    method: 'PATCH',
    request_id: 'r',
    address: '127.0.0.1',
    target: { type: 'webhook', id: 'w' },
    changes: [
      { field: 'http_method', from: null, to: { a_b: null, created_at: createdAt } },
      { field: 'signing_secret' },
    ],
  };

  it('is listed with filters on every page, its values as on the wire', async () => {
    const { hooktrail, requests } = setUp(
      json({ audit: [wire], meta: { has_more: true, after_cursor: 'c' } }),
      json({ audit: [], meta: { has_more: false } }),
    );
    const query = {
      filterFromTs: at,
      filterToTs: '2026-02-01',
      filterOperation: 'patchWebhook',
      accountId: 2,
    };
    expect(await hooktrail.audit.list(query).all()).toStrictEqual([
      {
        id: 'a',
        createdAt: at,
        operation: 'patchWebhook',
        by: 'token',
        tokenId: 't',
        method: 'PATCH',
        requestId: 'r',
        address: '127.0.0.1',
        target: { type: 'webhook', id: 'w' },
        changes: wire.changes,
      },
    ]);
    const filters =
      'filter[from_ts]=2026-01-31T12:00:00.000Z&filter[to_ts]=2026-02-01' +
      '&filter[operation]=patchWebhook';
    expect(lines(requests)).toEqual([
      `GET /v1/audit?${filters}&account_id=2`,
      `GET /v1/audit?${filters}&page[after]=c&account_id=2`,
    ]);
  });

  it('must be a list', async () => {
    const { hooktrail } = setUp(json({ audit: {} }));
    await expect(hooktrail.audit.list()).rejects.toThrow('"audit" is not a list');
  });
});

it('is a Zendesk client too', async () => {
  const { hooktrail, requests } = setUp(json({ webhooks: [], attempts: [] }));
  expect(hooktrail).toBeInstanceOf(Zendesk);
  expect(await hooktrail.webhooks.list().all()).toEqual([]);
  expect(await hooktrail.webhookInvocations.listAttempts('w', 'i')).toEqual([]);
  expect(requests).toHaveLength(2);
});

describe('an event', () => {
  it('with a BigInt, or that holds itself, is a clear error before anything is sent', async () => {
    const { hooktrail, requests } = setUp();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const detail of [{ id: 1n }, circle]) {
      const error = await hooktrail.events.publish({ type: 'a.b', detail }).catch((e) => e);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error.message).toMatch(/^The body is not JSON: TypeError: .*(BigInt|circular)/s);
    }
    expect(requests).toEqual([]);
  });

  it('as JSON text goes out byte for byte', async () => {
    const sentBodies: unknown[] = [];
    const fetch = async (_url: string, { body }: RequestInit) => {
      sentBodies.push(body);
      return Response.json(accepted, { status: 202 });
    };
    const hooktrail = new Hooktrail({ baseUrl: 'http://x', auth: { accessToken: 'x' }, fetch });
    const rawBody = '{"type":"a.b",  "detail":{"id":12345678901234567890}}';
    expect(await hooktrail.events.publish({ rawBody }, { idempotencyKey: 'k' })).toEqual(result);
    await hooktrail.request({ method: 'POST', path: '/v1/events', rawBody });
    expect(sentBodies).toEqual([rawBody, rawBody]);
  });

  it('as JSON text is repeated after a lost answer only with a key', async () => {
    for (const [options, times] of [
      [{}, 1],
      [{ idempotencyKey: 'k' }, 2],
    ] as const) {
      const { hooktrail, requests } = setUp(answer(500), json(accepted));
      await hooktrail.events.publish({ rawBody: '{"id":"1"}' }, options).catch(() => undefined);
      expect(requests).toHaveLength(times);
    }
  });
});

describe('waiting for a job', () => {
  const shown = (state: string, position = 0) =>
    json({ job: { id: 'j', state, counts: { position } } });

  it('looks until the job is done, and reports each look', async () => {
    const { hooktrail, requests } = setUp(
      shown('waiting'),
      shown('selecting'),
      shown('running', 3),
      shown('done', 5),
    );
    const seen: string[] = [];
    const job = await hooktrail.jobs.wait<ReplayJob>('j', {
      everyMs: 0,
      onProgress: ({ counts, state }) => seen.push(`${state} ${counts.position}`),
    });
    expect(job).toMatchObject({ id: 'j', state: 'done' });
    expect(seen).toEqual(['waiting 0', 'selecting 0', 'running 3', 'done 5']);
    expect(requests.map(({ method, url }) => [method, url.pathname])).toEqual(
      seen.map(() => ['GET', '/v1/jobs/j']),
    );
  });

  it.each(['paused', 'stopped', 'cancelled', 'a state of a later version'])(
    'ends when it is %s',
    async (state) => {
      const { hooktrail, requests } = setUp(shown('running'), shown(state));
      expect((await hooktrail.jobs.wait('j', { everyMs: 0 })).state).toBe(state);
      expect(requests).toHaveLength(2);
    },
  );

  it('ends with the reason of its signal, before and during a pause', async () => {
    for (const early of [true, false]) {
      const { hooktrail } = setUp(shown('running'));
      const controller = new AbortController();
      const waiting = hooktrail.jobs.wait('j', {
        signal: controller.signal,
        everyMs: 60_000,
        onProgress: () => {
          if (early) controller.abort(new Error('enough'));
          else setTimeout(() => controller.abort(new Error('enough')), 0);
        },
      });
      await expect(waiting).rejects.toThrow('enough');
    }
  });

  it('fails when the job cannot be read', async () => {
    const { hooktrail } = setUp(shown('running'), answer(404, '{"error":{"message":"no"}}'));
    await expect(hooktrail.jobs.wait('j', { everyMs: 0 })).rejects.toThrow(NotFoundError);
  });
});
