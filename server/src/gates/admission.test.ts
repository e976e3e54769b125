import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROFILES } from '../model/profiles.ts';
import { START_MS, TestClaimer } from '../testing/test-claimer.ts';

let h: TestClaimer;
beforeEach(() => {
  h = new TestClaimer();
});
afterEach(() => h.stop());

describe('an open breaker', () => {
  const openUntil = (id: string, nextProbeAtMs: number) =>
    h.broken.set(id, { nextProbeAtMs, sinceMs: START_MS, reason: 'many failures' });

  it('parks what is due, page by page, and claims again when a probe may be sent', async () => {
    const id = h.webhook();
    openUntil(id, START_MS + 5_000);
    let parked = 0;
    h.answer = async (name) =>
      name === 'park-invocations' && ++parked === 1
        ? Array.from({ length: 500 }, (_, index) => ({ due_at_us: index }))
        : [];
    h.claimer.note(id, START_MS);
    await h.pass(4_999);
    expect(h.names()).toEqual(['park-invocations', 'park-invocations']);
    const [first, second] = h.asked.map(({ values }) => values);
    expect(first?.slice(2, 4)).toEqual(['circuit broken', false]);
    expect(first?.[5]).toBe('the circuit breaker is open: many failures');
    expect(first?.[6]).toBe('breaker');
    expect([first?.[7], second?.[7]]).toEqual([0, 499]);
    await h.pass(1);
    expect(h.names().slice(2)).toEqual(['next-due']); // nothing is due: no probe is taken
    expect(h.probes).toEqual([]);
  });

  it('ends what is due under the zendesk profile', async () => {
    h.rules = PROFILES.zendesk;
    const id = h.webhook();
    openUntil(id, START_MS + 5_000);
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.asked[0]?.values.slice(2, 4)).toEqual(['circuit broken', true]);
  });

  it('lets one invocation through as the probe', async () => {
    const id = h.webhook();
    openUntil(id, START_MS);
    h.answer = async (name) => {
      if (name === 'next-due') return [{ webhook_id: id, in_ms: -1 }];
      if (name === 'claim-invocations') return [h.row(id)];
      return [];
    };
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.places.delivered).toMatchObject([{ webhookId: id, probe: true }]);
    expect(h.heldBy(id)).toBe(1);
    expect(h.probes[0]).toBe(`take ${id}`);
  });

  it('pauses before it asks again for a refused probe: clocks may differ', async () => {
    const id = h.webhook();
    openUntil(id, START_MS);
    h.probes.push('taken by another');
    h.answer = async (name) => (name === 'next-due' ? [{ webhook_id: id, in_ms: -1 }] : []);
    h.claimer.note(id, START_MS);
    await h.pass(199);
    expect(h.probes.slice(1)).toHaveLength(4);
  });

  it('returns the probe when there was nothing to send after all', async () => {
    const id = h.webhook();
    openUntil(id, START_MS);
    h.answer = async (name) => (name === 'next-due' ? [{ webhook_id: id, in_ms: -1 }] : []);
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.probes.slice(0, 2)).toEqual([`take ${id}`, `return ${id}`]);
    expect(h.heldBy(id)).toBe(0);
  });
});

describe('a rate limit', () => {
  beforeEach(() => {
    h.rules = { ...PROFILES.durable, rateLimit: { requests: 4, spanMs: 60_000 }, concurrency: 8 };
  });

  it('claims as many as there are permits, and returns unused ones', async () => {
    const id = h.webhook();
    h.permits = 4;
    h.answer = async (name) => {
      if (name === 'next-due') return [{ webhook_id: id, in_ms: h.count(name) === 1 ? -1 : 1e6 }];
      if (name === 'count-due') return [{ due: 4 }];
      return name === 'claim-invocations' ? [h.row(id), h.row(id), h.row(id)] : [];
    };
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.heldBy(id)).toBe(3);
    expect(h.permits).toBe(1);
  });

  it('lets a claim begin with what it saw to be due, however old that is', async () => {
    const id = h.webhook();
    let inMs = -1;
    h.answer = async (name) => {
      if (name !== 'next-due') return [];
      // After the claim, nothing is left.
      return h.count('next-due') % 2 === 1 ? [{ webhook_id: id, in_ms: inMs }] : [];
    };
    for (const dueInMs of [-1, -1, -3_600_000]) {
      inMs = dueInMs;
      h.permits = 4;
      h.claimer.note(id, Date.now());
      await h.pass(10);
    }
    const [first, second, third] = h.claimedFromMs();
    expect([first, third]).toEqual([0, 0]);
    expect(second).toBeGreaterThan(START_MS - 61_000);
  });

  it('takes no more permits than invocations are due', async () => {
    const id = h.webhook();
    h.permits = 4;
    let left = 5;
    h.answer = async (name) => {
      if (name === 'next-due') return [{ webhook_id: id, in_ms: h.count(name) === 1 ? -1 : 1e6 }];
      if (name === 'count-due') return [{ due: 1 }];
      if (name !== 'claim-invocations') return [];
      left = h.permits; // what other nodes find during the claim
      return [h.row(id)];
    };
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(left).toBe(3);
  });

  it.each([
    [1, 8],
    [2, 4],
  ])('takes no more permits than each of %i processes sends at once', async (processes, most) => {
    const id = h.webhook();
    h.places.processes = processes;
    h.permits = 100;
    h.places.limit = 100;
    h.answer = async (name, values) => {
      if (name === 'next-due') return [{ webhook_id: id, in_ms: -1 }];
      if (name === 'count-due') return [{ due: values.at(-1) }];
      return name === 'claim-invocations' ? Array.from({ length: most }, () => h.row(id)) : [];
    };
    h.claimer.note(id, START_MS);
    await h.pass(100);
    expect(h.heldBy(id)).toBe(most);
    expect(h.permits).toBe(100 - most);
  });

  it('parks what is due until there is a permit', async () => {
    const id = h.webhook();
    h.answer = async (name) => (name === 'next-due' ? [{ webhook_id: id, in_ms: -1 }] : []);
    h.claimer.note(id, START_MS);
    await h.pass(6_999);
    expect(h.names()).toEqual(['next-due', 'count-due', 'park-invocations']);
    expect(h.asked[2]?.values.slice(2, 4)).toEqual(['throttled', false]);
    expect(h.asked[2]?.values[5]).toBe('the rate limit is reached: 4 requests in 1 min');
    h.permits = 1;
    await h.pass(10);
    expect(h.names().slice(3, 6)).toEqual(['next-due', 'count-due', 'claim-invocations']);
  });
});
