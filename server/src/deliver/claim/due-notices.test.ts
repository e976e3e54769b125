import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../database/database.ts';
import { newId } from '../../model/ids.ts';
import { Unavailable } from '../../model/unavailable.ts';
import { DueNotices } from './due-notices.ts';

const log = pino({ level: 'silent' });

let sent: string[][];
let away: boolean;
const database: Database = {
  async run(query, params) {
    if (away) throw new Unavailable('away');
    expect(query.name).toBe('notify');
    const [channel, payload] = query.values(params) as [string, string];
    expect(channel).toBe('hooktrail_due');
    expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
    sent.push(payload.split(','));
    return [];
  },
  transaction: () => Promise.reject(new Error('not used')),
  close: async () => undefined,
};

beforeEach(() => {
  sent = [];
  away = false;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const ids = (count: number) => Array.from({ length: count }, () => newId(Date.now()));

describe('DueNotices', () => {
  it('collects for 50 ms and names each webhook once', async () => {
    const notices = new DueNotices({ database, log });
    const [a, b] = ids(2) as [string, string];
    notices.add([a]);
    notices.add([a, b]);
    await vi.advanceTimersByTimeAsync(49);
    notices.add(new Set([b]));
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([[a, b]]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent).toHaveLength(1);
    notices.add([a]);
    await vi.advanceTimersByTimeAsync(50);
    expect(sent).toEqual([[a, b], [a]]);
  });

  it('keeps every notification below the limit of PostgreSQL', async () => {
    const notices = new DueNotices({ database, log });
    const many = ids(1_001);
    notices.add(many);
    await vi.advanceTimersByTimeAsync(50);
    expect(sent.length).toBeGreaterThan(3);
    expect(sent.flat()).toEqual(many);
  });

  it('continues after a failed notification', async () => {
    const notices = new DueNotices({ database, log });
    const [a, b] = ids(2) as [string, string];
    away = true;
    notices.add([a]);
    await vi.advanceTimersByTimeAsync(50);
    away = false;
    notices.add([b]);
    await vi.advanceTimersByTimeAsync(50);
    expect(sent).toEqual([[b]]);
  });

  it('leaves no timer behind when it stops', async () => {
    const notices = new DueNotices({ database, log });
    notices.add(ids(1));
    await notices.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
