import { readdir, readFile } from 'node:fs/promises';
import { QueryClient, QueryObserver } from '@tanstack/preact-query';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LiveRule, live } from './live.ts';
import { Refresher } from './refresher.ts';

const SECONDS = 600;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime('2026-11-29T10:00:00Z');
});
afterEach(() => void vi.useRealTimers());

/** What the screen shows: for each query its rule, and the statements that it costs. */
type Screen = Readonly<Record<string, LiveRule<unknown>>>;

/** A node that shares answers as the real one does. */
class Node {
  readonly #keptAt = new Map<string, number>();
  readonly reads = new Map<string, number>();

  ask(name: string, acceptedMs: number): void {
    const keptAt = this.#keptAt.get(name);
    if (acceptedMs > 0 && keptAt !== undefined && Date.now() - keptAt < acceptedMs) return;
    this.reads.set(name, (this.reads.get(name) ?? 0) + 1);
    if (acceptedMs > 0) this.#keptAt.set(name, Date.now());
  }

  statements(screen: Screen): number {
    return Object.entries(screen).reduce((sum, [name, rule]) => {
      const { statements } = rule as { statements: number };
      return sum + statements * (this.reads.get(name) ?? 0);
    }, 0);
  }
}

/** A tab with a screen: its clock ticks when it is told to. */
function openTab(screen: Screen, node: Node, data: unknown = {}) {
  const client = new QueryClient();
  const refresher = new Refresher(client.getQueryCache());
  const asked: { name: string; acceptedMs: number }[] = [];
  const close = Object.entries(screen).map(([name, rule]) =>
    new QueryObserver(client, {
      queryKey: [name],
      queryFn: async (context) => {
        const acceptedMs = refresher.acceptedMs(context);
        asked.push({ name, acceptedMs });
        node.ask(name, acceptedMs);
        return data;
      },
      meta: live(rule),
      staleTime: 2_000,
    }).subscribe(() => undefined),
  );
  return {
    asked,
    client,
    tick: () => refresher.tick(Date.now()),
    close: () => {
      for (const end of close) end();
    },
  };
}

type Tab = ReturnType<typeof openTab>;

async function pass(seconds: number, tabs: readonly Tab[]): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    vi.setSystemTime(Date.now() + 1_000);
    for (const tab of tabs) tab.tick();
    // The answers come.
    await new Promise(setImmediate);
  }
}

const WEBHOOK: Screen = {
  health: { everyMs: 10_000, statements: 4 },
  recent: { everyMs: 10_000, statements: 3 },
  chart: { everyMs: 60_000, statements: 3 },
};
const SCREENS: readonly [string, Screen][] = [
  ['one query', { jobs: { everyMs: 5_000, statements: 1 } }],
  ['a webhook', WEBHOOK],
  [
    'more than a node should be asked',
    Object.fromEntries(
      Array.from({ length: 22 }, (_, n) => [`q${n}`, { everyMs: 15_000, statements: 4 }]),
    ),
  ],
];

describe('an idle screen costs at most one statement each two seconds', () => {
  test.each(SCREENS)('%s', async (_name, screen) => {
    for (const count of [1, 5]) {
      const node = new Node();
      const tabs: Tab[] = [];
      for (let n = 0; n < count; n++) {
        tabs.push(openTab(screen, node));
        // Nobody opens tabs at one moment.
        await pass(3, tabs);
      }
      node.reads.clear();
      await pass(SECONDS, tabs);
      // A round more than its share: what is asked at the end counts as a whole.
      const round = Object.values(screen).reduce(
        (sum, rule) => sum + (rule as { statements: number }).statements,
        0,
      );
      expect(node.statements(screen)).toBeLessThanOrEqual(SECONDS / 2 + round);
      expect(node.reads.size).toBe(Object.keys(screen).length);
      for (const tab of tabs) tab.close();
    }
  });

  test('where it asks for less, each interval is kept', async () => {
    const node = new Node();
    const tab = openTab({ jobs: { everyMs: 5_000, statements: 1 } }, node);
    await pass(1, [tab]);
    node.reads.clear();
    await pass(SECONDS, [tab]);
    expect(node.reads.get('jobs')).toBe(SECONDS / 5);
  });

  test('a list asks for all pages that are loaded, and so more rarely', async () => {
    const node = new Node();
    const list = { jobs: { everyMs: 5_000, statements: 1 } };
    const tab = openTab(list, node, { pages: Array.from({ length: 10 }, () => ({})) });
    await pass(1, [tab]);
    node.reads.clear();
    await pass(SECONDS, [tab]);
    expect(node.reads.get('jobs')).toBe(SECONDS / 20);
  });
});

test('asks again although the clock of the browser was set back', async () => {
  const node = new Node();
  const tab = openTab({ jobs: { everyMs: 5_000, statements: 1 } }, node);
  await pass(10, [tab]);
  vi.setSystemTime(Date.now() - 3_600_000);
  tab.asked.length = 0;
  await pass(60, [tab]);
  expect(tab.asked).toHaveLength(12);
  tab.close();
});

test('what somebody waits for keeps its interval, and makes nothing else wait', async () => {
  const node = new Node();
  const job = { everyMs: 2_000, statements: 100, isBusy: true };
  const tab = openTab({ job, jobs: { everyMs: 5_000, statements: 1 } }, node);
  await pass(1, [tab]);
  node.reads.clear();
  await pass(60, [tab]);
  expect([node.reads.get('job'), node.reads.get('jobs')]).toEqual([30, 12]);
});

test('what cannot change is not asked for again, nor what no screen shows', async () => {
  const node = new Node();
  const tab = openTab({ ended: () => undefined, jobs: { everyMs: 5_000, statements: 1 } }, node);
  await pass(60, [tab]);
  expect(node.reads.get('ended')).toBe(1);
  tab.close();
  node.reads.clear();
  await pass(60, [tab]);
  expect(node.reads.size).toBe(0);
});

test('no query has a clock of its own', async () => {
  const folder = new URL('..', import.meta.url);
  const names = await readdir(folder, { recursive: true });
  const own: string[] = [];
  for (const name of names.filter((each) => /\.tsx?$/.test(each) && !each.endsWith('.test.ts'))) {
    if (/refetchInterval/.test(await readFile(new URL(name, folder), 'utf8'))) own.push(name);
  }
  expect(own).toEqual([]);
});

test('only the clock accepts what others were answered, for all pages of one refresh', async () => {
  const tab = openTab(WEBHOOK, new Node());
  await pass(1, [tab]);
  await tab.client.invalidateQueries();
  expect(new Set(tab.asked.map(({ acceptedMs }) => acceptedMs))).toEqual(new Set([0]));
  tab.asked.length = 0;
  await pass(120, [tab]);
  // 4/10 + 3/10 + 3/60 statements a second are 1.5 times the share.
  expect(new Set(tab.asked.map(({ name, acceptedMs }) => `${name} ${acceptedMs}`))).toEqual(
    new Set(['health 15000', 'recent 15000', 'chart 90000']),
  );
  const { signal } = new AbortController();
  const client = new QueryClient();
  const refresher = new Refresher(client.getQueryCache());
  const [first, second] = [1, 2].map(() => refresher.acceptedMs({ queryKey: ['x'], signal }));
  expect([first, second]).toEqual([0, 0]);
});
