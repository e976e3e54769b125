import { eventually } from '@hooktrail/harness/eventually';
import { describe, expect, it } from 'vitest';
import { newId } from '../../model/ids.ts';
import { PROFILES } from '../../model/profiles.ts';
import { Unavailable } from '../../model/unavailable.ts';
import {
  expectAllPlaces,
  gone,
  LEASE_MS,
  PLACES,
  type TestCourier,
  testCourier,
  turn,
} from '../../testing/test-courier.ts';

const { durable: DURABLE } = PROFILES;

describe('places', () => {
  it('are taken by a reservation and released by a record or a cancellation', async () => {
    const { courier, places, sent, webhook, deliver, recorded } = testCourier();
    const id = webhook();
    places.reserve(id, 100);
    expect(places.room(id)).toBe(PLACES - 100);
    places.cancel(id, 100);
    for (let count = 0; count < 10; count++) deliver(id);
    await eventually('the requests', () => sent.length === 10);
    expect(places.room(id)).toBe(PLACES - 10);
    for (const { answer } of sent) answer();
    await expectAllPlaces({ courier, places }, id);
    expect(recorded).toHaveLength(10);
  });

  it.each<[string, (h: TestCourier) => string]>([
    ['the webhook is deleted', (h) => newId(h.now())],
    ['the webhook is inactive', (h) => h.webhook({ status: 'inactive' })],
    ['the endpoint is invalid', (h) => h.webhook({ endpoint: 'no url' })],
    ['the secret is invalid', (h) => h.webhook({ signingSecret: '' })],
  ])('are released when %s, and nothing is sent', async (_what, make) => {
    const h = testCourier();
    const id = make(h);
    h.deliver(id);
    await expectAllPlaces(h, id);
    expect(h.sent).toEqual([]);
  });

  it('are released when the database fails while a body is read or a lease returned', async () => {
    const h = testCourier();
    h.whenAsked(() => Promise.reject(new Unavailable('away')));
    const active = h.webhook();
    const inactive = h.webhook({ status: 'inactive' });
    h.deliver(active, { body: undefined });
    h.deliver(inactive);
    await turn();
    h.pass(LEASE_MS); // until then the body is requested again
    await expectAllPlaces(h, active);
    await expectAllPlaces(h, inactive);
    expect(h.sent).toEqual([]);
  });

  it('are kept until a body that could not be read at first is sent', async () => {
    const h = testCourier();
    let asked = 0;
    h.whenAsked(async () => {
      if (++asked === 1) throw new Unavailable('away');
      return [{ body: '{}' }];
    });
    h.deliver(h.webhook(), { body: undefined });
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer();
    await gone(h.courier);
    expect(asked).toBe(2);
  });

  it.each(['suspect', 'blamed'] as const)(
    'are kept until a %s that could not be announced at first is sent',
    async (suspicion) => {
      const h = testCourier();
      let asked = 0;
      h.whenAsked(async () => {
        if (++asked <= 2) throw new Unavailable('away');
        return [{ id: 'announced' }];
      });
      h.deliver(h.webhook(), { suspicion });
      await eventually('the request', () => h.sent.length === 1);
      h.sent[0]?.answer();
      await gone(h.courier);
      expect(h.statements.map(({ name }) => name)).toEqual([
        'begin-suspect',
        'begin-suspect',
        'begin-suspect',
      ]);
      expect(h.recorded).toHaveLength(1);
    },
  );

  it.each([
    ['its lease expired', async (h: TestCourier) => h.pass(LEASE_MS)],
    ['the node stops', async (h: TestCourier) => void (await h.courier.stopSending())],
  ])('are released when a suspect could not be announced until %s', async (_what, end) => {
    const h = testCourier();
    h.whenAsked(() => Promise.reject(new Unavailable('away')));
    h.deliver(h.webhook(), { suspicion: 'suspect' });
    await eventually('the announcement', () => h.statements.length > 0);
    await end(h);
    await gone(h.courier);
    expect(h.sent).toEqual([]);
  });

  it('are released when the record is rejected', async () => {
    const h = testCourier();
    h.whenRecording(() => Promise.reject(new Error('refused')));
    const id = h.webhook();
    h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer();
    await expectAllPlaces(h, id);
  });
});

describe('stopping', () => {
  it('returns the leases of unsent work and waits for the rest', async () => {
    const h = testCourier();
    const id = h.webhook();
    const leased = Array.from({ length: 100 }, () => h.deliver(id));
    await eventually('the requests', () => h.sent.length === DURABLE.concurrency);
    const unsent = await h.courier.stopSending();
    expect(unsent).toEqual(
      leased.slice(DURABLE.concurrency).map(({ id: invocationId, lane, leasedUntilMs }) => ({
        invocationId,
        lane,
        leasedUntilMs,
      })),
    );
    expect(h.places.room(id)).toBe(0);
    expect(h.places.tryReserve(id)).toBe(false);
    let finished = false;
    const end = h.courier.finished(new AbortController().signal).then(() => {
      finished = true;
    });
    for (const { answer } of h.sent.slice(1)) answer();
    await eventually('the records', () => h.recorded.length === DURABLE.concurrency - 1);
    expect(finished).toBe(false);
    expect(h.sent).toHaveLength(DURABLE.concurrency);
    h.sent[0]?.answer();
    await end;
    expect(h.recorded).toHaveLength(DURABLE.concurrency);
  });

  it('returns the lease of a renewal in progress', async () => {
    const h = testCourier();
    const id = h.webhook();
    for (let count = 0; count <= DURABLE.concurrency; count++) h.deliver(id);
    await eventually('the requests', () => h.sent.length === DURABLE.concurrency);
    const queued = [...h.courier.works()].find(({ state }) => state === 'queued');
    let renewed: () => void = () => undefined;
    if (queued !== undefined) {
      queued.renewal = new Promise((resolve) => {
        renewed = resolve;
      });
    }
    const unsent = h.courier.stopSending();
    if (queued !== undefined) queued.leasedUntilMs = 42;
    renewed();
    expect((await unsent).map(({ leasedUntilMs }) => leasedUntilMs)).toContain(42);
  });

  it('does not wait beyond the deadline, nor when there is no work', async () => {
    const h = testCourier();
    const deadline = new AbortController();
    await h.courier.finished(deadline.signal);
    h.deliver(h.webhook());
    await eventually('the request', () => h.sent.length === 1);
    await h.courier.stopSending();
    const end = h.courier.finished(deadline.signal);
    deadline.abort();
    await end;
    await h.courier.finished(deadline.signal);
  });
});
