import { eventually } from '@hooktrail/harness/eventually';
import { describe, expect, it } from 'vitest';
import { idArray, timeArray } from '../../database/binary-arrays.ts';
import { newId, uuidFromId } from '../../model/ids.ts';
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

describe('suspects', () => {
  const suspect = { suspicion: 'suspect' } as const;
  const blamed = { suspicion: 'blamed' } as const;
  const paths = ({ sent }: TestCourier) => sent.map(({ request }) => request.path);

  function scene() {
    const h = testCourier();
    h.whenAsked(async (name) => (name === 'begin-suspect' ? [{}] : []));
    const webhook = (path: string, accountId: number, concurrency: number) => {
      const id = h.webhook({ accountId, endpoint: `https://example.com/${path}` });
      h.rules.set(id, { ...DURABLE, concurrency });
      return id;
    };
    return { h, webhook };
  }

  it('that wait take no request from their webhook, even if it has only one', async () => {
    const { h, webhook } = scene();
    h.deliver(webhook('hangs', 1, 1), blamed);
    await eventually('the request', () => h.sent.length === 1);
    const single = webhook('single', 1, 1);
    h.deliver(single, suspect);
    for (let count = 0; count < 5; count++) h.deliver(single);
    for (let count = 1; count <= 5; count++) {
      await eventually('a request', () => h.sent.length === 1 + count);
      h.sent[count]?.answer();
    }
    await eventually('the records', () => h.recorded.length === 5);
    expect(paths(h)).toEqual(['/hangs', ...Array(5).fill('/single')]);
    // Its turn comes before what waits in its line.
    for (let count = 0; count < 2; count++) h.deliver(single);
    await eventually('a request', () => h.sent.length === 7);
    h.sent[0]?.answer();
    await eventually('the record', () => h.recorded.length === 6);
    for (let count = 6; count < 9; count++) {
      await eventually('a request', () => h.sent.length === count + 1);
      h.sent[count]?.answer();
    }
    await gone(h.courier);
    const announced = h.statements.filter(({ name }) => name === 'begin-suspect');
    expect(announced.map(({ values }) => values[2])).toEqual([
      uuidFromId(h.recorded[5]?.invocationId as string),
      uuidFromId(h.recorded[7]?.invocationId as string),
    ]);
  });

  it('of one account delay those of another by one turn', async () => {
    const { h, webhook } = scene();
    const many = Array.from({ length: 20 }, (_, n) => webhook(`many/${n}`, 1, 64));
    for (const id of many) for (let each = 0; each < 5; each++) h.deliver(id, blamed);
    h.deliver(webhook('other', 2, 64), suspect);
    await eventually('a request', () => h.sent.length === 1);
    h.sent[0]?.answer();
    await eventually('the next', () => h.sent.length === 2);
    h.sent[1]?.answer();
    await eventually('the other', () => paths(h).includes('/other'));
    expect(paths(h).indexOf('/other')).toBeLessThanOrEqual(2);
    const unsent = await h.courier.stopSending();
    expect(unsent).toHaveLength(101 - h.sent.length);
    h.sent[2]?.answer();
    await gone(h.courier);
  });

  it('return their leases at once when their webhook may not send, while they wait', async () => {
    const { h, webhook } = scene();
    h.deliver(webhook('hangs', 1, 1), blamed);
    const id = webhook('held', 1, 1);
    for (let count = 0; count < 3; count++) h.deliver(id, suspect);
    h.broken.add(id);
    h.deliver(id);
    await eventually('the leases to be returned', () => [...h.courier.works()].length === 1);
    const [returned] = h.statements.filter(({ name }) => name === 'return-leases');
    expect(returned).toBeDefined();
    h.sent[0]?.answer();
    await gone(h.courier);
    expect(paths(h)).toEqual(['/hangs']);
  });

  it('are not renewed while their leases are returned', async () => {
    const { h, webhook } = scene();
    h.deliver(webhook('hangs', 1, 1), blamed);
    const id = webhook('held', 1, 1);
    for (let count = 0; count < 3; count++) h.deliver(id, suspect);
    await eventually('the request', () => h.sent.length === 1);
    let states: string[] = [];
    h.whenAsked(async (name) => {
      if (name === 'return-leases') states = Array.from(h.courier.works(), ({ state }) => state);
      return [];
    });
    h.broken.add(id);
    h.deliver(id);
    await eventually('the leases to be returned', () => [...h.courier.works()].length === 1);
    expect(states).toEqual(['sending', ...Array(4).fill('returning')]);
    h.sent[0]?.answer();
    await gone(h.courier);
  });

  it('return their leases when the first of them may enter, and its webhook may not send', async () => {
    const { h, webhook } = scene();
    h.deliver(webhook('hangs', 1, 1), blamed);
    const id = webhook('held', 1, 64);
    for (let count = 0; count < 3; count++) h.deliver(id, suspect);
    h.broken.add(id);
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer();
    await gone(h.courier);
    expect(paths(h)).toEqual(['/hangs']);
    const returned = h.statements.filter(({ name }) => name === 'return-leases');
    expect(returned).toHaveLength(1);
  });
});

describe('a blamed suspect', () => {
  it('holds up no other suspect while its line is busy, and comes first when it has room', async () => {
    const h = testCourier();
    h.whenAsked(async (name) => (name === 'begin-suspect' ? [{}] : []));
    const single = h.webhook({ endpoint: 'https://example.com/single' });
    h.rules.set(single, { ...DURABLE, concurrency: 1 });
    const paths = () => h.sent.map(({ request }) => request.path);
    for (let count = 0; count < 3; count++) h.deliver(single);
    await eventually('the request', () => h.sent.length === 1);
    const blamed = h.deliver(single, { suspicion: 'blamed' });
    h.deliver(h.webhook({ endpoint: 'https://example.com/other' }), { suspicion: 'suspect' });
    await eventually('the other suspect', () => h.sent.length === 2);
    expect(paths()).toEqual(['/single', '/other']);
    h.sent[1]?.answer();
    await eventually('its record', () => h.recorded.length === 1);
    h.sent[0]?.answer();
    await eventually('the next', () => h.sent.length === 3);
    h.sent[2]?.answer();
    await eventually('the records', () => h.recorded.length === 3);
    expect(h.recorded[2]?.invocationId).toBe(blamed.id);
    for (const at of [3, 4]) {
      await eventually('the rest', () => h.sent.length === at + 1);
      h.sent[at]?.answer();
    }
    await gone(h.courier);
  });
});

describe('a suspect that could not be announced', () => {
  it('is withdrawn as soon as the database answers, for it may have been announced', async () => {
    const h = testCourier();
    let away = true;
    h.whenAsked(async () => {
      if (away) throw new Unavailable('away');
      return [];
    });
    const { id, leasedUntilMs } = h.deliver(h.webhook(), { suspicion: 'suspect' });
    await eventually('the announcement', () => h.statements.length > 0);
    h.pass(LEASE_MS);
    await gone(h.courier);
    const returned = () => h.statements.filter(({ name }) => name === 'return-leases');
    await eventually('a try', () => returned().length > 0);
    away = false;
    const tries = returned().length;
    await eventually('the withdrawal', () => returned().length > tries);
    expect(h.sent).toEqual([]);
    expect(idArray([id]).equals(returned().at(-1)?.values[2] as Buffer)).toBe(true);
    expect(timeArray([leasedUntilMs]).equals(returned().at(-1)?.values[3] as Buffer)).toBe(true);
  });

  it('is withdrawn when the node stops', async () => {
    const h = testCourier();
    h.whenAsked(async (name) => {
      if (name === 'begin-suspect') throw new Unavailable('away');
      return [];
    });
    h.deliver(h.webhook(), { suspicion: 'suspect' });
    await eventually('the announcement', () => h.statements.length > 0);
    await h.courier.stopSending();
    await h.courier.finished(new AbortController().signal);
    expect(h.statements.map(({ name }) => name)).toContain('return-leases');
    expect(h.sent).toEqual([]);
  });

  it('is not withdrawn once it was announced, and sent', async () => {
    const h = testCourier();
    let asked = 0;
    h.whenAsked(async () => {
      if (++asked === 1) throw new Unavailable('away');
      return [{}];
    });
    h.deliver(h.webhook(), { suspicion: 'suspect' });
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer();
    await gone(h.courier);
    expect(h.statements.map(({ name }) => name)).toEqual(['begin-suspect', 'begin-suspect']);
  });
});

describe('work that is leased again while its outcome is recorded', () => {
  it('returns the new lease, because the outcome may have been written under the old one', async () => {
    const h = testCourier();
    const id = h.webhook();
    let written: () => void = () => undefined;
    h.whenRecording(
      () =>
        new Promise((resolve) => {
          written = resolve;
        }),
    );
    const leased = h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer();
    await eventually('the record', () => [...h.courier.works()][0]?.state === 'recording');
    const again = h.deliver(id, { ...leased, leasedUntilMs: leased.leasedUntilMs + 1_000 });
    written();
    await expectAllPlaces(h, id);
    expect(h.sent).toHaveLength(1);
    const [returned] = h.statements.filter(({ name }) => name === 'return-leases');
    expect(timeArray([again.leasedUntilMs]).equals(returned?.values[3] as Buffer)).toBe(true);
    expect(h.retries).toContainEqual([id, h.now()]);
  });
});

describe('work whose lease is returned', () => {
  it.each([0, 2])(
    'is sent when it is leased again before that is known, with %i more',
    async (more) => {
      const h = testCourier();
      const id = h.webhook();
      h.rules.set(id, { ...DURABLE, concurrency: 1 });
      h.broken.add(id);
      const again: string[] = [];
      h.whenAsked(async (name) => {
        if (name === 'return-leases' && again.length === 0) {
          h.broken.delete(id);
          for (const { leased } of [...h.courier.works()]) {
            again.push(leased.id);
            h.deliver(id, { ...leased, leasedUntilMs: h.now() + LEASE_MS + 1 });
          }
        }
        return [];
      });
      h.deliver(id);
      for (let count = 0; count < more; count++) h.deliver(id);
      for (let count = 0; count <= more; count++) {
        await eventually('the request', () => h.sent.length === count + 1);
        h.sent[count]?.answer();
      }
      await expectAllPlaces(h, id);
      expect(h.recorded.map(({ invocationId }) => invocationId).sort()).toEqual(again.sort());
      expect(again).toHaveLength(1 + more);
    },
  );
});

describe('stopping', () => {
  it('returns the leases of unsent work and waits for the rest', async () => {
    const h = testCourier();
    const id = h.webhook();
    const leased = Array.from({ length: 100 }, () => h.deliver(id));
    await eventually('the requests', () => h.sent.length === DURABLE.concurrency);
    const unsent = await h.courier.stopSending();
    expect(unsent).toEqual(
      leased
        .slice(DURABLE.concurrency)
        .map(({ id: invocationId, lane, webhookId, leasedUntilMs }) => ({
          invocationId,
          lane,
          webhookId,
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
    // So that a renewal whose pages are not all written leaves it out.
    expect(queued?.state).toBe('gone');
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
