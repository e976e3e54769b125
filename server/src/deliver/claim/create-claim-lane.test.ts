import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROFILES } from '../../model/profiles.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { START_MS, TestClaimer } from '../../testing/test-claimer.ts';

let h: TestClaimer;
beforeEach(() => {
  h = new TestClaimer();
});
afterEach(() => h.stop());

describe('the claim of one lane', () => {
  it('claims nothing for a webhook that is inactive', async () => {
    h.claimer.note(h.webhook('inactive'), START_MS);
    await h.pass(1_000);
    expect(h.asked).toEqual([]);
  });

  it('claims nothing for a webhook that is paused, or whose account is suspended', async () => {
    const one = h.webhook();
    h.paused.set(one, { at: new Date(), by: 'test' });
    h.claimer.note(one, START_MS);
    await h.pass(10);
    h.account = { ...h.account, suspendedAt: new Date() };
    h.claimer.note(h.webhook(), START_MS);
    await h.pass(1_000);
    expect(h.asked).toEqual([]);
  });

  it('gives up an invocation that five nodes were lost with', async () => {
    const id = h.webhook();
    const poison = { ...h.row(id), suspect_count: 8, blamed_count: 5 };
    h.answer = async (name) =>
      name === 'claim-invocations' && h.count(name) === 1
        ? [
            poison,
            { ...h.row(id), suspect_count: 7, blamed_count: 4 },
            { ...h.row(id), suspect_count: 500 },
            { ...h.row(id), suspect_count: 2 },
          ]
        : [];
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.places.delivered.map(({ suspicion }) => suspicion)).toEqual([
      'blamed',
      'suspect',
      'none',
    ]);
    const ended = h.asked.filter(({ name }) => name === 'end-invocations');
    expect(ended).toHaveLength(1);
    expect(ended[0]?.values).toContainEqual(
      expect.stringMatching(/"what":"ended","why":"given up/),
    );
    expect(h.heldBy(id)).toBe(3);
  });

  it('delivers what it claimed beside an invocation that could not be given up', async () => {
    const id = h.webhook();
    h.answer = async (name) => {
      if (name === 'end-invocations') throw new Unavailable('away');
      if (name !== 'claim-invocations' || h.count(name) > 1) return [];
      return [{ ...h.row(id), suspect_count: 8, blamed_count: 5 }, h.row(id), h.row(id)];
    };
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.places.delivered).toHaveLength(2);
    expect(h.heldBy(id)).toBe(2);
  });

  it('leaves an invocation alone that was postponed, and claims it when its wait is over', async () => {
    const id = h.webhook();
    const postponed = {
      ...h.row(id),
      leased: false,
      blamed_count: 1,
      due_at: new Date(START_MS + 60_000),
    };
    h.answer = async (name) =>
      name === 'claim-invocations' && h.count(name) === 1 ? [postponed] : [];
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.places.delivered).toEqual([]);
    expect(h.heldBy(id)).toBe(0);
    const before = h.count('claim-invocations');
    await h.pass(61_000);
    expect(h.count('claim-invocations')).toBe(before + 1);
  });

  it('begins where the last claim ended, and with the first row once a sweep or a note tells of an older one', async () => {
    const id = h.webhook('active', 1);
    let left: unknown[] = [];
    h.answer = async (name) => (name === 'find-due-webhooks' ? left : []);
    const claim = async () => {
      h.claimer.note(id, Date.now());
      await h.pass(10);
      return h.claimedFromMs().at(-1);
    };
    expect(await claim()).toBe(0);
    expect(await claim()).toBe(START_MS - 60_000);
    await h.claimer.start();
    left = [{ webhook_id: id, in_ms: -3_600_000 }];
    await h.pass(520);
    expect(h.count('claim-invocations')).toBe(3);
    expect(h.claimedFromMs().at(-1)).toBe(0);
    expect(await claim()).toBeGreaterThan(0);
    h.claimer.note(id, 0);
    await h.pass(10);
    expect(h.claimedFromMs().at(-1)).toBe(0);
  });

  it('begins with the last row that a claim took, which took all it had room for', async () => {
    const id = h.webhook();
    h.places.limit = 1;
    const row = { ...h.row(id), was_due_ms: START_MS - 3_600_000 };
    h.answer = async (name) => (name === 'claim-invocations' ? [row] : []);
    h.claimer.note(id, START_MS);
    await h.pass(10);
    h.places.limit = 2;
    h.claimer.roomFor(id);
    await h.pass(10);
    expect(h.claimedFromMs().slice(0, 2)).toEqual([0, START_MS - 3_601_000]);
  });

  it('ends all invocations of a deleted webhook', async () => {
    let rows = 2_500;
    h.answer = async (name) => {
      if (name !== 'end-orphans') return [];
      const ended = Math.min(rows, 1_000);
      rows -= ended;
      return Array.from({ length: ended }, () => ({ id: 'x' }));
    };
    h.claimer.note(h.webhook('deleted'), START_MS);
    await h.pass(10);
    expect(h.names()).toEqual(['end-orphans', 'end-orphans', 'end-orphans']);
  });

  it.each(['claim-invocations', 'end-orphans', 'next-due'])(
    'releases its places when %s fails, and retries after a second',
    async (failing) => {
      const active = h.webhook('active', 9);
      const deleted = h.webhook('deleted', 9);
      const other = h.webhook('active', 9);
      h.answer = async (name) => {
        if (name === failing) throw new Unavailable('away');
        return [];
      };
      // In any order.
      for (const id of [active, deleted, other]) h.claimer.note(id, START_MS);
      await h.pass(10);
      expect([h.heldBy(active), h.heldBy(other)]).toEqual([0, 0]);
      const before = h.count(failing);
      expect(before).toBe(1);
      await h.pass(900);
      expect(h.count(failing)).toBe(before);
      await h.pass(200);
      expect(h.count(failing)).toBe(before + 1);
      h.answer = async () => [];
    },
  );

  it.each(['claim-invocations', 'next-due'])(
    'gives probes and unused permits back when %s fails',
    async (failing) => {
      const probed = h.webhook('active', 9);
      h.rules = { ...PROFILES.durable, rateLimit: { requests: 8, spanMs: 60_000 } };
      h.permits = 8;
      h.broken.set(probed, { nextProbeAtMs: START_MS, sinceMs: START_MS, reason: 'test' });
      let claims = 0;
      h.answer = async (name) => {
        // Whether something is due is asked before the claim.
        if (name === 'next-due' && claims === 0) return [{ webhook_id: probed, in_ms: -1 }];
        if (name === failing) throw new Unavailable('away');
        if (name === 'claim-invocations') claims++;
        return [];
      };
      h.claimer.note(probed, START_MS);
      await h.pass(10);
      expect(h.count('claim-invocations')).toBe(1);
      expect(h.probes).toEqual([`take ${probed}`, `return ${probed}`]);
      expect(h.permits).toBe(8);
      h.answer = async () => [];
    },
  );

  it('gives back what it did not use beside what it delivered before it failed', async () => {
    const id = h.webhook();
    h.rules = { ...PROFILES.durable, rateLimit: { requests: 8, spanMs: 60_000 } };
    h.permits = 8;
    h.answer = async (name) => {
      if (name === 'next-due' && h.count('claim-invocations') > 0) throw new Unavailable('away');
      if (name === 'next-due') return [{ webhook_id: id, in_ms: -1 }];
      if (name === 'count-due') return [{ due: 4 }];
      return name === 'claim-invocations' ? [h.row(id)] : [];
    };
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.places.delivered).toHaveLength(1);
    expect(h.permits).toBe(7);
    h.answer = async () => [];
  });

  it('delivers without bodies when they cannot be read', async () => {
    const id = h.webhook();
    h.answer = async (name) => {
      if (name === 'read-events') throw new Unavailable('away');
      return name === 'claim-invocations' ? [h.row(id)] : [];
    };
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.places.delivered).toMatchObject([{ webhookId: id, body: undefined }]);
    expect(h.heldBy(id)).toBe(1);
  });
});
