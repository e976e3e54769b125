import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LANES, laneOf } from '../../model/lanes.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { START_MS, TestClaimer } from '../../testing/test-claimer.ts';

let h: TestClaimer;
beforeEach(() => {
  h = new TestClaimer();
});
afterEach(() => h.stop());

describe('Scheduler', () => {
  it('claims at the noted time, and delivers what was claimed', async () => {
    const id = h.webhook();
    h.answer = async (name) => (name === 'claim-invocations' ? [h.row(id), h.row(id)] : []);
    h.claimer.note(id, START_MS + 500);
    await h.pass(499);
    expect(h.asked).toEqual([]);
    await h.pass(1);
    expect(h.names()).toEqual(['claim-invocations', 'read-events', 'next-due']);
    expect(h.places.delivered).toMatchObject([
      { webhookId: id, lane: laneOf(id), attemptsCount: 1, leasedUntilMs: START_MS + 30_000 },
      { webhookId: id, body: undefined },
    ]);
    expect(h.heldBy(id)).toBe(2);
  });

  it('claims again at the next due time, and soon if rows were locked', async () => {
    const id = h.webhook();
    let inMs = 20_000;
    h.answer = async (name) => (name === 'next-due' ? [{ webhook_id: id, in_ms: inMs }] : []);
    h.claimer.note(id, START_MS);
    await h.pass(19_000);
    expect(h.count('claim-invocations')).toBe(1);
    inMs = -5_000;
    await h.pass(1_010);
    expect(h.count('claim-invocations')).toBe(2);
    await h.pass(30);
    expect(h.count('claim-invocations')).toBe(2);
    await h.pass(20);
    expect(h.count('claim-invocations')).toBe(3);
    inMs = 1e9;
  });

  it('sweeps every lane at the start, then one at a time, and finds unannounced work', async () => {
    await h.claimer.start();
    expect(h.count('find-due-webhooks')).toBe(LANES);
    const id = h.webhook('active', 1);
    const off = h.webhook('inactive', 1);
    h.answer = async (name, [lane]) =>
      name === 'find-due-webhooks' && lane === 1
        ? [
            { webhook_id: id, in_ms: -10 },
            { webhook_id: off, in_ms: -10 },
          ]
        : [];
    await h.pass(520);
    expect(h.count('claim-invocations')).toBe(1);
    await h.pass(32_000);
    expect(h.count('find-due-webhooks')).toBe(2 * LANES + 1);
  });

  it('notes what a sweep finds to wait, also of a webhook that may not send', async () => {
    const off = h.webhook('inactive', 1);
    let inMs = -120_000;
    h.answer = async (name, [lane]) =>
      name === 'find-due-webhooks' && lane === 1 ? [{ webhook_id: off, in_ms: inMs }] : [];
    await h.claimer.start();
    expect(h.backlogs.of(off, 1)).toEqual({
      sinceMs: START_MS - 120_000,
      growing: false,
      sweptMs: START_MS,
    });
    inMs = -152_000;
    await h.pass(500);
    expect(h.backlogs.of(off, 1)?.growing).toBe(true);
    inMs = 5_000;
    await h.pass(32_000);
    expect(h.backlogs.of(off, 1)).toBeUndefined();
  });

  it('continues sweeping after a failed sweep', async () => {
    await h.claimer.start();
    h.answer = () => Promise.reject(new Unavailable('away'));
    await h.pass(5_000);
    expect(h.count('find-due-webhooks')).toBe(LANES + 10);
  });

  it('goes on when a sweep of the start fails, with what it found before', async () => {
    const id = h.webhook('active', 1);
    h.answer = async (name, [lane]) => {
      if (name !== 'find-due-webhooks') return [];
      if (lane === 2) throw new Unavailable('away');
      return lane === 1 ? [{ webhook_id: id, in_ms: -10 }] : [];
    };
    await h.claimer.start();
    expect(h.count('find-due-webhooks')).toBe(3);
    await h.pass(10);
    expect(h.count('claim-invocations')).toBe(1);
    await h.pass(32_000);
    expect(h.count('find-due-webhooks')).toBe(3 + LANES);
  });

  it('begins no sweep before the one before has ended', async () => {
    await h.claimer.start();
    let free: (() => void) | undefined;
    h.answer = () =>
      new Promise((resolve) => {
        free = () => resolve([]);
      });
    await h.pass(5_000);
    expect(h.count('find-due-webhooks')).toBe(LANES + 1);
    h.answer = async () => [];
    free?.();
    await h.pass(1_000);
    expect(h.count('find-due-webhooks')).toBe(LANES + 3);
  });

  it('retries with the sweep when the whole node was out of room', async () => {
    await h.claimer.start();
    const id = h.webhook();
    h.places.limit = 0;
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.count('claim-invocations')).toBe(0);
    h.places.limit = 5;
    await h.pass(600);
    expect(h.count('claim-invocations')).toBe(1);
  });

  it('claims again immediately when room ran out, and waits when there is none', async () => {
    const id = h.webhook();
    h.places.limit = 3;
    h.answer = async (name) =>
      name === 'claim-invocations'
        ? Array.from({ length: 3 - h.heldBy(id) + 3 }, () => h.row(id)).slice(0, 3)
        : [];
    h.claimer.note(id, START_MS);
    await h.pass(10);
    expect(h.count('claim-invocations')).toBe(1);
    expect(h.heldBy(id)).toBe(3);
    await h.pass(10_000);
    expect(h.count('claim-invocations')).toBe(1);
    h.places.cancel(id, 3);
    h.claimer.roomFor(id);
    await h.pass(10);
    expect(h.count('claim-invocations')).toBe(2);
  });
});
