import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Child } from './child.ts';
import type { ToProcess, ToSupervisor } from './messages.ts';
import { ProcessTree } from './process-tree.ts';

/** A process that says and does what the test wants. */
class FakeWorker extends EventEmitter {
  readonly heard: ToProcess[] = [];
  readonly id: number;
  readonly number: number;
  readonly port: number | undefined;
  killed = false;
  readonly process = {
    pid: 1_000,
    send: (message: ToProcess) => this.heard.push(message),
    kill: () => {
      this.killed = true;
      this.end(null, 'SIGKILL');
    },
  };

  constructor(id: number, number: number, port: number | undefined) {
    super();
    this.id = id;
    this.number = number;
    this.port = port;
  }

  isConnected = () => true;
  say = (message: ToSupervisor) => this.emit('message', message);
  up = (firstToken?: string) =>
    this.say({
      kind: 'up',
      started: { url: 'http://127.0.0.1:4321', firstToken, signInUrl: undefined },
    });
  end = (code: number | null, signal: string | null = null) => this.emit('exit', code, signal);
}

let workers: FakeWorker[];
/** How many of the next starts the system refuses. */
let refusals: number;
let tree: ProcessTree;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  workers = [];
  refusals = 0;
  tree = new ProcessTree({
    count: 2,
    fork(number, port, scraped) {
      if (refusals-- > 0) throw new Error('spawn ENOMEM');
      const worker = new FakeWorker(workers.length + 1, number, port);
      workers.push(worker);
      return new Child({ number, worker: worker as never, scraped });
    },
    log: pino({ level: 'silent' }),
    stopMs: 60_000,
  });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const worker = (place: number) => workers[place] as FakeWorker;
/** Lets promises settle. */
const settle = () => vi.advanceTimersByTimeAsync(0);

async function started(): Promise<void> {
  const starting = tree.start();
  worker(0).up();
  worker(1).up('first');
  expect((await starting).map(({ firstToken }) => firstToken)).toEqual([undefined, 'first']);
}

async function stop(): Promise<void> {
  const stopping = tree.stop();
  for (const one of workers) one.end(0);
  await stopping;
}

test('a process that ends is replaced, later each time, and at once after a minute of work', async () => {
  await started();
  expect(worker(0).heard.at(-1)).toEqual({ kind: 'siblings', siblings: { up: 2, of: 2 } });
  for (const waitMs of [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]) {
    const count = workers.length;
    workers.at(-1)?.end(null, 'SIGKILL');
    await settle();
    expect(worker(0).heard.at(-1)).toEqual({ kind: 'siblings', siblings: { up: 1, of: 2 } });
    await vi.advanceTimersByTimeAsync(waitMs - 1);
    expect(workers).toHaveLength(count);
    await vi.advanceTimersByTimeAsync(1);
    expect(workers).toHaveLength(count + 1);
    expect(workers.at(-1)?.number).toBe(2);
    workers.at(-1)?.up();
    await settle();
    expect(worker(0).heard.at(-1)).toEqual({ kind: 'siblings', siblings: { up: 2, of: 2 } });
  }
  await vi.advanceTimersByTimeAsync(60_000);
  const count = workers.length;
  workers.at(-1)?.end(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(workers).toHaveLength(count + 1);
  workers.at(-1)?.up();
  await stop();
});

test('a start that fails says why, and what ends before it listens how it ended', async () => {
  const refused = expect(tree.start()).rejects.toThrow('The port is in use');
  worker(1).say({ kind: 'failed', message: 'The port is in use' });
  await refused;
  await stop();
  const crashed = expect(tree.start()).rejects.toThrow(
    'process 1 ended before it listened (exit status 134)',
  );
  worker(2).end(134);
  await crashed;
  await stop();
});

test('the tree is lost when nothing works and five starts in a row failed', async () => {
  await started();
  let lost: Error | undefined;
  void tree.lost.then((reason) => {
    lost = reason;
  });
  worker(1).end(1);
  for (let failure = 0; failure < 8; failure++) {
    await vi.advanceTimersByTimeAsync(10_000);
    workers.at(-1)?.say({ kind: 'failed', message: 'no database' });
    workers.at(-1)?.end(1);
    await settle();
  }
  // The other one works.
  expect(lost).toBeUndefined();
  worker(0).end(1);
  await vi.advanceTimersByTimeAsync(10_000);
  for (const one of workers.slice(-2)) {
    one.say({ kind: 'failed', message: 'no database at all' });
    one.end(1);
  }
  await settle();
  expect((lost as Error | undefined)?.message).toBe('no database at all');
  await stop();
});

test('a process that the system has no memory for is tried again', async () => {
  await started();
  refusals = 2;
  worker(1).end(null, 'SIGKILL');
  await vi.advanceTimersByTimeAsync(100 + 200 + 399);
  expect(workers).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(workers.map(({ number }) => number)).toEqual([1, 2, 2]);
  workers.at(-1)?.up();
  await settle();
  expect(worker(0).heard.at(-1)).toEqual({ kind: 'siblings', siblings: { up: 2, of: 2 } });
  await stop();
});

test('errors of a process that could not be made end nothing else', async () => {
  await started();
  for (let error = 0; error < 2; error++) worker(1).emit('error', new Error('spawn EAGAIN'));
  await vi.advanceTimersByTimeAsync(100);
  expect(workers.map(({ number }) => number)).toEqual([1, 2, 2]);
  workers.at(-1)?.up();
  await stop();
});

test('who replaces the last one listens where all did', async () => {
  await started();
  expect(workers.map(({ port }) => port)).toEqual([undefined, undefined]);
  worker(0).end(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(worker(2).port).toBeUndefined();
  worker(2).up();
  worker(1).end(1);
  worker(2).end(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(workers.slice(3).map(({ port }) => port)).toEqual([4321, 4321]);
  for (const one of workers.slice(3)) one.up();
  await stop();
});

test('a stop asks all at once, kills what does not end, and replaces nothing', async () => {
  await started();
  const stopping = tree.stop();
  for (const one of workers) expect(one.heard.map(({ kind }) => kind)).toContain('stop');
  worker(0).end(0);
  await vi.advanceTimersByTimeAsync(59_999);
  expect(worker(1).killed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(worker(1).killed).toBe(true);
  await stopping;
  expect(workers).toHaveLength(2);
});

test('a process that is silent or dead is left out of a scrape, and asked once while it is silent', async () => {
  await started();
  const collected = (place: number, value: number) =>
    worker(place).say({
      kind: 'collected',
      metrics: [
        {
          name: 'hooktrail_places_used',
          help: '',
          type: 'gauge',
          samples: [{ labels: {}, value }],
        },
        {
          name: 'hooktrail_x_total',
          help: '',
          type: 'counter',
          samples: [{ labels: {}, value: 10 * value }],
        },
      ],
    });
  const linesOf = (text: string) =>
    text.split('\n').filter((line) => /^hooktrail_(x|places|processes)/.test(line));
  const first = tree.text('text');
  collected(0, 1);
  collected(1, 2);
  expect(linesOf(await first)).toEqual([
    'hooktrail_places_used 3',
    'hooktrail_x_total 30',
    'hooktrail_processes{state="up"} 2',
    'hooktrail_processes{state="starting"} 0',
    'hooktrail_processes{state="silent"} 0',
    'hooktrail_processes_replaced_total 0',
    'hooktrail_processes_silent_total 0',
  ]);
  for (let scrape = 1; scrape < 3; scrape++) {
    await vi.advanceTimersByTimeAsync(500);
    const text = tree.text('text');
    collected(0, 4);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(linesOf(await text)).toEqual([
      'hooktrail_places_used 4',
      'hooktrail_x_total 60',
      'hooktrail_processes{state="up"} 1',
      'hooktrail_processes{state="starting"} 0',
      'hooktrail_processes{state="silent"} 1',
      'hooktrail_processes_replaced_total 0',
      `hooktrail_processes_silent_total ${scrape}`,
    ]);
  }
  expect(worker(1).heard.filter(({ kind }) => kind === 'collect')).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(500);
  const last = tree.text('text');
  collected(0, 5);
  worker(1).end(null, 'SIGKILL');
  expect(linesOf(await last).slice(0, 5)).toEqual([
    'hooktrail_places_used 5',
    'hooktrail_x_total 70',
    'hooktrail_processes{state="up"} 1',
    'hooktrail_processes{state="starting"} 1',
    'hooktrail_processes{state="silent"} 0',
  ]);
  await stop();
});
