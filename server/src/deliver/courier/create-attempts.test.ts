import { eventually } from '@hooktrail/harness/eventually';
import { describe, expect, it } from 'vitest';
import { idTimeMs, newId } from '../../model/ids.ts';
import type { Webhook } from '../../model/webhook.ts';
import { expectAllPlaces, gone, LEASE_MS, testCourier, turn } from '../../testing/test-courier.ts';

const FAILED = { status: 'failed', response: undefined, errorMessage: 'x: y' } as const;

describe('one attempt', () => {
  it('is recorded under its lease, with an id that says when it was sent', async () => {
    const h = testCourier();
    const leased = h.deliver(h.webhook(), { attemptsCount: 2 });
    const startedMs = h.now();
    await eventually('the request', () => h.sent.length === 1);
    h.pass(9_000);
    newId(h.now()); // other ids are made meanwhile
    h.sent[0]?.answer({ status: 'server error' });
    await gone(h.courier);
    expect(h.recorded).toMatchObject([
      {
        invocationId: leased.id,
        leasedUntilMs: leased.leasedUntilMs,
        status: 'server error',
        durationMs: 9_000,
        completedAtMs: startedMs + 9_000,
      },
    ]);
    expect(idTimeMs(h.recorded[0]?.attemptId as string)).toBe(startedMs);
    // After the third attempt the delay is two minutes.
    const [[, atMs]] = h.retries as [[string, number]];
    expect(Math.abs(atMs - h.now() - 120_000)).toBeLessThanOrEqual(24_000);
  });

  it('is recorded under the lease regained while its outcome waited', async () => {
    const h = testCourier();
    const id = h.webhook();
    const leased = h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    let write: () => void = () => undefined;
    h.whenRecording(
      () =>
        new Promise((resolve) => {
          write = resolve;
        }),
    );
    h.sent[0]?.answer();
    await turn();
    const leasedUntilMs = leased.leasedUntilMs + 60_000;
    h.deliver(id, { ...leased, leasedUntilMs });
    write();
    await gone(h.courier);
    expect(h.recorded).toMatchObject([{ invocationId: leased.id, leasedUntilMs }]);
    expect(h.sent).toHaveLength(1);
  });

  it('is not made when its lease ended while its body was read', async () => {
    const h = testCourier();
    let read: () => void = () => undefined;
    h.whenAsked(
      () =>
        new Promise((resolve) => {
          read = () => resolve([{ body: '{}' }]);
        }),
    );
    const id = h.webhook();
    h.deliver(id, { body: undefined });
    await eventually('the body to be asked for', () => h.statements.length === 1);
    h.pass(LEASE_MS - 999);
    read();
    await gone(h.courier);
    expect([h.sent.length, h.recorded.length]).toEqual([0, 0]);
    await expectAllPlaces(h, id);
  });

  it('is not made when its lease ended while its connection was opened', async () => {
    const h = testCourier();
    const id = h.webhook();
    h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    const [{ request, answer }] = h.sent as [(typeof h.sent)[0]];
    expect(request.mayBegin?.()).toBe(true);
    h.pass(LEASE_MS - 999);
    expect(request.mayBegin?.()).toBe(false);
    answer({ status: 'failed', response: undefined, unsent: true });
    await gone(h.courier);
    expect([h.recorded.length, h.counted.length]).toEqual([0, 0]);
    await expectAllPlaces(h, id);
  });

  it('made manually leaves the schedule unchanged, and a probe updates the breaker', async () => {
    const h = testCourier();
    const id = h.webhook();
    h.deliver(id, { attemptsCount: 3, manualCount: 2, manual: true });
    h.deliver(id, { attemptsCount: 3, manualCount: 2, probe: true });
    await eventually('the requests', () => h.sent.length === 2);
    for (const { answer } of h.sent) answer({ status: 'server error' });
    await gone(h.courier);
    expect(h.recorded).toMatchObject([
      { manual: true, resumes: true, retryInMs: null },
      // One scheduled attempt came before, so this is the second: the delay is half a minute.
      { manual: false, resumes: false, reason: expect.stringMatching(/^retry 2 of 9/) },
    ]);
    // The schedule may have gone on in the past: the next claim looks at all that is due.
    expect(h.retries).toContainEqual([id, 0]);
    expect(h.counted).toEqual([[id, false]]);
    expect(h.probed).toEqual([[id, false]]);
  });

  it('passes an open breaker only if manual or a probe', async () => {
    const h = testCourier();
    const id = h.webhook();
    h.broken.add(id);
    h.deliver(id, { manual: true });
    h.deliver(id, { probe: true });
    h.deliver(id);
    await eventually('the lease to be returned', () =>
      h.statements.some(({ name }) => name === 'return-leases'),
    );
    await eventually('the requests', () => h.sent.length === 2);
    for (const { answer } of h.sent) answer();
    await gone(h.courier);
    expect(h.recorded.map(({ manual }) => manual)).toEqual([true, false]);
    expect(h.probed).toEqual([
      [id, true],
      [id, true],
    ]);
  });

  it('is not made under a lease that is about to expire', async () => {
    const h = testCourier();
    const id = h.webhook();
    h.deliver(id, { leasedUntilMs: h.now() + 999 });
    await expectAllPlaces(h, id);
    expect(h.sent).toEqual([]);
    expect(h.statements).toEqual([]);
  });

  it('returns the lease when the webhook became inactive meanwhile', async () => {
    const h = testCourier();
    const id = h.webhook({ status: 'inactive' });
    h.deliver(id);
    await gone(h.courier);
    expect(h.statements.map(({ name }) => name)).toEqual(['return-leases']);
    expect(h.retries.map(([webhookId]) => webhookId)).toEqual([id]);
  });

  it('reads a body that was not in memory', async () => {
    const h = testCourier();
    h.whenAsked(async () => [{ id: 'x', body: '{"large":true}' }]);
    h.deliver(h.webhook(), { body: undefined });
    await eventually('the request', () => h.sent.length === 1);
    expect(h.sent[0]?.request.body?.toString()).toBe('{"large":true}');
    h.sent[0]?.answer();
    await gone(h.courier);
  });

  it('ends the invocation of an event that is no longer kept', async () => {
    const h = testCourier();
    h.deliver(h.webhook(), { body: undefined });
    await gone(h.courier);
    expect(h.statements.map(({ name }) => name)).toEqual(['read-events', 'end-invocations']);
    expect(h.statements[1]?.values).toContain('the event is no longer kept');
    expect(h.sent).toEqual([]);
  });

  it('waits for a renewal in progress before it records, under the new lease', async () => {
    const h = testCourier();
    h.deliver(h.webhook());
    await eventually('the request', () => h.sent.length === 1);
    const [work] = [...h.courier.works()];
    let renewed: () => void = () => undefined;
    if (work !== undefined) {
      work.renewal = new Promise((resolve) => {
        renewed = resolve;
      });
    }
    h.sent[0]?.answer();
    await turn();
    expect(h.recorded).toEqual([]);
    if (work !== undefined) work.leasedUntilMs = 42;
    renewed();
    await gone(h.courier);
    expect(h.recorded[0]?.leasedUntilMs).toBe(42);
  });

  it('deactivates the webhook after 410, once that is recorded, with the endpoint that answered', async () => {
    const h = testCourier();
    const id = h.webhook({ endpoint: 'https://example.com/old' });
    h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    const webhook = h.webhooks.get(id) as Webhook;
    h.webhooks.set(id, { ...webhook, endpoint: 'https://example.com/new' });
    h.sent[0]?.answer({
      status: 'client error',
      response: { statusCode: 410, headers: [], body: '', length: 0 },
    });
    await gone(h.courier);
    expect(h.deactivated).toEqual([[id, 'https://example.com/old']]);
    expect(h.retries).toEqual([]);
  });

  it('over a kept connection that was closed is recorded, and sent once more at once', async () => {
    const h = testCourier();
    const id = h.webhook();
    const leased = h.deliver(id, { attemptsCount: 3, manualCount: 1 });
    await eventually('the request', () => h.sent.length === 1);
    h.pass(2_000);
    h.sent[0]?.answer({ ...FAILED, fault: 'stale connection' });
    await eventually('the second request', () => h.sent.length === 2);
    expect(h.sent.map(({ request }) => request.newConnection)).toEqual([false, true]);
    // Each has its own time and signature.
    const [first, second] = h.sent.map(({ request }) => request.headers.join('\n'));
    expect(first).not.toEqual(second);
    h.sent[1]?.answer({ status: 'server error', fault: 'endpoint' });
    await gone(h.courier);
    expect(h.recorded).toMatchObject([
      {
        invocationId: leased.id,
        // A lease that no row has: it decides nothing.
        leasedUntilMs: 0,
        status: 'failed',
        uncounted: true,
        retryInMs: null,
        reason:
          'not counted: the endpoint had closed the kept connection; sent again at once on a new one',
      },
      {
        leasedUntilMs: leased.leasedUntilMs,
        uncounted: false,
        reason: expect.stringMatching(/^retry 3 of 9/),
      },
    ]);
    expect(h.recorded[0]?.attemptId).not.toBe(h.recorded[1]?.attemptId);
    expect(h.counted).toEqual([[id, false]]);
  });

  it('is sent again once only', async () => {
    const h = testCourier();
    h.deliver(h.webhook());
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer({ ...FAILED, fault: 'stale connection' });
    await eventually('the second request', () => h.sent.length === 2);
    h.sent[1]?.answer({ ...FAILED, fault: 'stale connection' });
    await gone(h.courier);
    expect(h.sent).toHaveLength(2);
    expect(h.recorded.map(({ retryInMs }) => retryInMs)).toEqual([null, 0]);
  });

  it('is recorded after the one before it, and also if that cannot be', async () => {
    const h = testCourier();
    h.deliver(h.webhook());
    await eventually('the request', () => h.sent.length === 1);
    let fail: (error: Error) => void = () => undefined;
    h.whenRecording(
      () =>
        new Promise((_resolve, reject) => {
          fail = reject;
        }),
    );
    h.sent[0]?.answer({ ...FAILED, fault: 'stale connection' });
    await eventually('the second request', () => h.sent.length === 2);
    h.whenRecording(async () => undefined);
    h.sent[1]?.answer();
    await turn();
    await turn();
    expect(h.recorded).toEqual([]);
    fail(new Error('the database is away'));
    await gone(h.courier);
    // Under its lease it would be all that is known of the lease, and nothing would say that there was another.
    expect(h.recorded).toMatchObject([{ status: 'success', leasedUntilMs: 0 }]);
  });

  it('that this machine had no socket for waits, and nothing else is begun', async () => {
    const h = testCourier();
    const id = h.webhook();
    const other = h.webhook();
    h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer({ ...FAILED, fault: 'node exhausted' });
    await gone(h.courier);
    h.deliver(other);
    await gone(h.courier);
    expect(h.sent).toHaveLength(1);
    expect(h.statements.map(({ name }) => name)).toEqual(['return-leases']);
    // What people ask for is tried all the same.
    h.deliver(other, { manual: true });
    await eventually('the manual attempt', () => h.sent.length === 2);
    h.sent[1]?.answer({ ...FAILED, fault: 'node exhausted' });
    await gone(h.courier);
    expect(h.recorded).toMatchObject([
      { uncounted: true, retryInMs: 1_000, resumes: false },
      { uncounted: true, retryInMs: null, resumes: true },
    ]);
    h.pass(1_000);
    h.deliver(id);
    await eventually('a request after the wait', () => h.sent.length === 3);
    h.sent[2]?.answer({ ...FAILED, fault: 'node exhausted' });
    await gone(h.courier);
    expect(h.recorded[2]).toMatchObject({ uncounted: true, retryInMs: 2_000 });
    expect(h.counted).toEqual([]);
  });

  it('that this machine had no socket for waits no longer when the clock of the database is set back', async () => {
    const h = testCourier();
    const [id, other] = [h.webhook(), h.webhook()];
    h.deliver(id);
    h.deliver(other);
    await eventually('both requests', () => h.sent.length === 2);
    h.sent[0]?.answer({ ...FAILED, fault: 'node exhausted' });
    await eventually('the pause', () => h.recorded.length === 1);
    h.setBack(3_600_000);
    h.pass(1_000);
    // It began before the pause, so it does not end it.
    h.sent[1]?.answer({ durationMs: 1_000 });
    await gone(h.courier);
    for (const waitMs of [2_000, 4_000]) {
      h.deliver(id);
      await eventually('a request after the pause', () => h.sent.length === h.recorded.length + 1);
      h.sent.at(-1)?.answer({ ...FAILED, fault: 'node exhausted' });
      await gone(h.courier);
      expect(h.recorded.at(-1)).toMatchObject({ retryInMs: waitMs });
      h.setBack(3_600_000);
      h.pass(waitMs);
    }
    // This one began after the pause, and ends it.
    h.deliver(id);
    await eventually('a request after the pause', () => h.sent.length === h.recorded.length + 1);
    h.sent.at(-1)?.answer();
    await gone(h.courier);
    h.deliver(id);
    await eventually('the next request', () => h.sent.length === h.recorded.length + 1);
    h.sent.at(-1)?.answer({ ...FAILED, fault: 'node exhausted' });
    await gone(h.courier);
    expect(h.recorded.at(-1)).toMatchObject({ retryInMs: 1_000 });
  });

  it('that this machine had no port for lets other webhooks send', async () => {
    const h = testCourier();
    const id = h.webhook();
    h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer({ ...FAILED, fault: 'ports exhausted' });
    await gone(h.courier);
    h.deliver(id);
    await gone(h.courier);
    expect(h.sent).toHaveLength(1);
    h.deliver(h.webhook());
    await eventually('the request of another', () => h.sent.length === 2);
    h.sent[1]?.answer();
    await gone(h.courier);
  });

  it('as a probe that we made fail gives the probe back', async () => {
    const h = testCourier();
    const id = h.webhook();
    h.deliver(id, { probe: true });
    await eventually('the request', () => h.sent.length === 1);
    h.sent[0]?.answer({ ...FAILED, fault: 'node exhausted' });
    await gone(h.courier);
    expect(h.returnedProbes).toEqual([id]);
    expect(h.probed).toEqual([]);
    expect(h.counted).toEqual([]);
  });

  it('is made once when the node regains a lost lease', async () => {
    const h = testCourier();
    const id = h.webhook();
    const leased = h.deliver(id);
    await eventually('the request', () => h.sent.length === 1);
    h.deliver(id, { ...leased, leasedUntilMs: leased.leasedUntilMs + 5 });
    h.sent[0]?.answer();
    await expectAllPlaces(h, id);
    expect(h.sent).toHaveLength(1);
    expect(h.recorded).toMatchObject([{ leasedUntilMs: leased.leasedUntilMs + 5 }]);
  });
});
