import { describe, expect, it } from 'vitest';
import { Hooktrail, type PublishEvent } from './hooktrail.ts';
import { ConfigurationError, ResponseValidationError, Zendesk } from './index.ts';
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
  it('sends the event as it is', async () => {
    const { hooktrail, requests } = setUp(json(accepted, { status: 202 }));
    expect(await hooktrail.events.publish(event)).toEqual(result);
    expect(requests[0]).toMatchObject({ method: 'POST', body: sent });
    expect(requests[0]?.url.href).toBe('http://localhost:4400/v1/events');
    expect(requests[0]?.headers.has('idempotency-key')).toBe(false);
  });

  it('is tried again after a lost answer only where a repeat is recognised', async () => {
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

  it('carries the key, and the headers of the call', async () => {
    const { hooktrail, requests } = setUp(json(accepted));
    await hooktrail.events.publish(event, { idempotencyKey: 'k', headers: { 'x-mine': '1' } });
    expect(requests[0]?.headers.get('idempotency-key')).toBe('k');
    expect(requests[0]?.headers.get('x-mine')).toBe('1');
  });

  it('wants the answer that the operation gives', async () => {
    const { hooktrail } = setUp(json({ event: { id: 'e' } }));
    await expect(hooktrail.events.publish(event)).rejects.toThrow(ResponseValidationError);
  });
});

describe('publishBatch', () => {
  it('gives what came of each event, in order', async () => {
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

  it('is tried again after a lost answer only when all events have ids', async () => {
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
  it('sends the payload as it is', async () => {
    const { hooktrail, requests } = setUp(json({ invocation: { id: 'i', webhook_id: 'w/1' } }));
    const invoked = await hooktrail.webhooks.invoke('w/1', { ticketId: 1 });
    expect(invoked).toEqual({ invocation: { id: 'i', webhookId: 'w/1' } });
    expect(requests[0]?.body).toEqual({ payload: { ticketId: 1 } });
    expect(requests[0]?.url.pathname).toBe('/v1/webhooks/w%2F1/invocations');
  });

  it('wants an id', async () => {
    const { hooktrail, requests } = setUp(json({}));
    await expect(hooktrail.webhooks.invoke('', 'x')).rejects.toThrow(ConfigurationError);
    expect(requests).toEqual([]);
  });
});

it('is a Zendesk client too', async () => {
  const { hooktrail, requests } = setUp(json({ webhooks: [], attempts: [] }));
  expect(hooktrail).toBeInstanceOf(Zendesk);
  expect(await hooktrail.webhooks.list().all()).toEqual([]);
  expect(await hooktrail.webhookInvocations.listAttempts('w', 'i')).toEqual([]);
  expect(requests).toHaveLength(2);
});
