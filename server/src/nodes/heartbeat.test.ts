import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Database } from '../database/database.ts';
import { Heartbeat } from './heartbeat.ts';
import type { NodeLoad } from './node-load.ts';

const START_MS = 1_900_000_000_000;
const LOAD: NodeLoad = {
  cpu: 0.5,
  event_loop: 0.25,
  memory_bytes: 1,
  places: 2,
  places_limit: 3,
  requests: 4,
  lag_ms: null,
};

let asked: string[];
let answer: () => Promise<never[]>;
let heartbeat: Heartbeat;
let setBackMs: number;

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS, toFake: ['setInterval', 'clearInterval', 'Date'] });
  asked = [];
  setBackMs = 0;
  answer = async () => [];
  heartbeat = new Heartbeat({
    clock: { now: () => Date.now() - setBackMs },
    database: {
      run: (query: { name: string }) => {
        asked.push(query.name);
        return answer();
      },
    } as unknown as Database,
    load: () => LOAD,
    log: pino({ level: 'silent' }),
    monotonic: () => Date.now(),
    version: '1.2.3',
  });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const count = (name: string) => asked.filter((one) => one === name).length;

test('beats every ten seconds, and deletes silent rows each minute', async () => {
  await heartbeat.start('http://127.0.0.1:1');
  expect(asked).toEqual(['write-node', 'delete-old-nodes']);
  expect(heartbeat.beatMs).toBe(START_MS);
  await vi.advanceTimersByTimeAsync(59_999);
  expect(count('write-node')).toBe(6);
  // A node that was killed and started again within seconds finds its old row too early.
  expect(count('delete-old-nodes')).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(count('write-node')).toBe(7);
  expect(count('delete-old-nodes')).toBe(2);
  await heartbeat.stop();
  expect(asked.at(-1)).toBe('delete-node');
});

test('deletes silent rows each minute, also when the clock of the database is set back', async () => {
  await heartbeat.start('http://127.0.0.1:1');
  setBackMs = 3_600_000;
  await vi.advanceTimersByTimeAsync(59_999);
  expect(count('delete-old-nodes')).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(count('delete-old-nodes')).toBe(2);
  await heartbeat.stop();
});

test('beats again once the database is back, one beat at a time, and stops without it', async () => {
  answer = () => Promise.reject(new Error('away'));
  await heartbeat.start('http://127.0.0.1:1');
  expect(heartbeat.beatMs).toBeNaN();
  let release: (rows: never[]) => void = () => undefined;
  answer = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  await vi.advanceTimersByTimeAsync(50_000);
  expect(asked).toEqual(['write-node', 'write-node']);
  answer = async () => [];
  release([]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(heartbeat.beatMs).toBe(START_MS + 60_000);
  answer = () => Promise.reject(new Error('away'));
  await heartbeat.stop();
  expect(asked.at(-1)).toBe('delete-node');
});

test('says nothing of a node that never began', async () => {
  await heartbeat.stop();
  expect(asked).toEqual([]);
});
