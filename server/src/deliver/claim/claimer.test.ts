import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROFILES } from '../../model/profiles.ts';
import { START_MS, TestClaimer } from '../../testing/test-claimer.ts';

let h: TestClaimer;
beforeEach(() => {
  h = new TestClaimer();
});
afterEach(() => h.stop());

describe('Claimer', () => {
  it('runs at most three claims at once, one per lane', async () => {
    const free: (() => void)[] = [];
    h.answer = (name) =>
      name === 'claim-invocations'
        ? new Promise((resolve) => free.push(() => resolve([])))
        : Promise.resolve([]);
    for (let lane = 0; lane < 6; lane++) h.claimer.note(h.webhook('active', lane), START_MS);
    await h.pass(10);
    expect(h.count('claim-invocations')).toBe(3);
    h.claimer.note(h.webhook('active', 0), Date.now());
    h.claimer.note(h.webhook('active', 0), Date.now());
    await h.pass(10);
    expect(h.count('claim-invocations')).toBe(3);
    for (let done = 0; done < 7; done++) {
      free[done]?.();
      await h.pass(1);
    }
    expect(h.count('claim-invocations')).toBe(7);
    const lanes = h.asked
      .filter(({ name }) => name === 'claim-invocations')
      .map(({ values }) => values[0]);
    expect(lanes.slice(0, 6).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(lanes[6]).toBe(0);
  });

  it('claims nothing while this machine has no socket left, and then what became due', async () => {
    const ids = [h.webhook(), h.webhook()];
    h.exhaustion.struck('node exhausted', 'another');
    for (const id of ids) h.claimer.note(id, START_MS);
    await h.pass(999);
    expect(h.names()).toEqual([]);
    await h.pass(2);
    expect(h.count('claim-invocations')).toBe(2);
  });

  it('claims for others while one webhook has no port left', async () => {
    const [one, other] = [h.webhook('active', 1), h.webhook('active', 2)];
    h.exhaustion.struck('ports exhausted', one);
    for (const id of [one, other]) h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.asked.map(({ name, values }) => [name, values[0]])).toContainEqual([
      'claim-invocations',
      2,
    ]);
    expect(h.count('claim-invocations')).toBe(1);
    await h.pass(1_000);
    expect(h.count('claim-invocations')).toBe(2);
  });

  it('looks at no gate of webhooks that have no room, however often they have something due', async () => {
    const ids = Array.from({ length: 100 }, () => h.webhook());
    const rules = vi.spyOn(h, 'rules', 'get').mockReturnValue(PROFILES.durable);
    h.places.limit = 0;
    for (let times = 0; times < 3; times++) {
      for (const id of ids) h.claimer.note(id, Date.now());
      await h.pass(10);
    }
    expect(rules).not.toHaveBeenCalled();
    h.places.limit = 10;
    for (const id of ids) h.claimer.roomFor(id);
    await h.pass(10);
    const claimed = h.asked.filter(({ name }) => name === 'claim-invocations');
    expect(claimed.length).toBeGreaterThan(0);
    expect(rules).toHaveBeenCalledTimes(100);
  });

  it('ends what is left of a webhook that had no room when it was deleted', async () => {
    const id = h.webhook();
    h.places.limit = 0;
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.names()).toEqual([]);
    h.statuses.delete(id);
    h.claimer.note(id, Date.now());
    await h.pass(10);
    expect(h.names()).toEqual(['end-orphans']);
  });

  it('waits for running claims when it stops, and starts none afterwards', async () => {
    const id = h.webhook();
    let free: () => void = () => undefined;
    h.answer = (name) =>
      name === 'claim-invocations'
        ? new Promise((resolve) => {
            free = () => resolve([h.row(id)]);
          })
        : Promise.resolve([]);
    h.claimer.note(id, START_MS);
    await h.pass(10);
    let stopped = false;
    const stopping = h.claimer.stop().then(() => {
      stopped = true;
    });
    await h.pass(10);
    expect(stopped).toBe(false);
    free();
    await stopping;
    expect(h.places.delivered).toHaveLength(1);
    const before = h.asked.length;
    h.claimer.note(id, START_MS);
    await h.pass(60_000);
    expect(h.asked).toHaveLength(before);
  });

  it("claims at once for another account while the first one's claims do not end", async () => {
    const free: (() => void)[] = [];
    h.answer = (name) =>
      name === 'claim-invocations'
        ? new Promise((resolve) => free.push(() => resolve([])))
        : Promise.resolve([]);
    for (let lane = 0; lane < 64; lane++) {
      for (let count = 0; count < 4; count++) {
        h.claimer.note(h.webhook('active', lane), START_MS);
      }
    }
    await h.pass(10);
    expect(h.count('claim-invocations')).toBe(3);
    // Of a lane that the first account is being claimed for.
    const other = h.webhook('active', 0);
    h.accountIds.set(other, 2);
    h.claimer.note(other, Date.now());
    await h.pass(10);
    expect(h.count('claim-invocations')).toBe(4);
    expect(h.heldBy(other)).toBe(10);
    const claimed = () => h.asked.at(-1)?.values[0];
    expect(claimed()).toBe(0);
    for (let done = 0; done < 65; done++) {
      free[done]?.();
      await h.pass(1);
    }
    expect(h.heldBy(other)).toBe(0);
  });

  it('leaves webhooks behind a gate to later claims when a claim has many', async () => {
    h.rules = { ...h.rules, rateLimit: { requests: 1, spanMs: 1_000 } };
    h.answer = async (name) => (name === 'next-due' ? [{ webhook_id: '', in_ms: 60_000 }] : []);
    const gated = Array.from({ length: 20 }, () => h.webhook('active', 0));
    const other = h.webhook('active', 0);
    h.accountIds.set(other, 2);
    let answer: () => void = () => undefined;
    const first = new Promise<unknown[]>((resolve) => {
      answer = () => resolve([{ webhook_id: '', in_ms: 60_000 }]);
    });
    const later = h.answer;
    h.answer = (name, values) => (h.count('next-due') === 8 ? first : later(name, values));
    for (const id of gated) h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.count('next-due')).toBe(8);
    h.claimer.note(other, Date.now());
    await h.pass(10);
    // The eighth still waits for its answer; the other account does not wait for it.
    expect(h.count('next-due')).toBe(9);
    answer();
    await h.pass(10);
    expect(h.count('next-due')).toBe(21);
  });
});
