import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { within } from './within.ts';

const tooLate = () => Promise.reject(new Error('too late'));
const never = () => new Promise<never>(() => {});

const watched = () => {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners.add(given[1]);
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners.delete(given[1]);
    remove(...given);
  };
  return { controller, signal, listeners: () => listeners.size };
};

describe('within', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('returns the result of the work, and leaves nothing behind', async () => {
    const { signal, listeners } = watched();
    expect(await within<string>(1000, signal, tooLate, async () => 'done')).toBe('done');
    expect(vi.getTimerCount()).toBe(0);
    expect(listeners()).toBe(0);
  });

  it('fails with the error of the work, and leaves nothing behind', async () => {
    const { signal, listeners } = watched();
    const work = async () => {
      throw new Error('broken');
    };
    await expect(within(1000, signal, tooLate, work)).rejects.toThrow('broken');
    expect(vi.getTimerCount()).toBe(0);
    expect(listeners()).toBe(0);
  });

  it('ends on time even when the work ignores its signal', async () => {
    const { signal, listeners } = watched();
    let inner: AbortSignal | undefined;
    const work = (given: AbortSignal) => {
      inner = given;
      return never();
    };
    const call = expect(within(1000, signal, tooLate, work)).rejects.toThrow('too late');
    await vi.advanceTimersByTimeAsync(1000);
    await call;
    expect(inner?.aborted).toBe(true);
    expect(listeners()).toBe(0);
  });

  it("ends with the caller's reason, whatever the abort breaks", async () => {
    const { controller, signal, listeners } = watched();
    const work = (inner: AbortSignal) =>
      new Promise<never>((_, reject) => {
        inner.addEventListener('abort', () => reject(new Error('broken by the abort')));
      });
    const call = expect(within(1000, signal, tooLate, work)).rejects.toBe('enough');
    controller.abort('enough');
    await call;
    expect(vi.getTimerCount()).toBe(0);
    expect(listeners()).toBe(0);
  });

  it('does not start after an abort', async () => {
    const work = vi.fn(never);
    const signal = AbortSignal.abort('before');
    await expect(within(1000, signal, tooLate, work)).rejects.toBe('before');
    expect(work).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits when there is no work', async () => {
    const { controller, signal, listeners } = watched();
    const done = vi.fn();
    const wait = within(50, signal, () => 'waited').then(done);
    await vi.advanceTimersByTimeAsync(49);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await wait;
    expect(done).toHaveBeenCalledWith('waited');
    expect(listeners()).toBe(0);

    const ended = expect(within(1e9, signal, () => {})).rejects.toBe('stop');
    controller.abort('stop');
    await ended;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('treats a time beyond the limit of timers as long', async () => {
    for (const ms of [Infinity, 2 ** 31]) {
      const late = vi.fn(() => 'late');
      void within<string>(ms, undefined, late, never);
      await vi.advanceTimersByTimeAsync(1000);
      expect(late).not.toHaveBeenCalled();
    }
  });
});
