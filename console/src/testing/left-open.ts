import { eventually } from '@hooktrail/harness/eventually';
import type { Page, Request } from 'playwright-core';
import { expect } from 'vitest';
import type { StatementCounter } from './count-statements.ts';
import type { ConsoleNode } from './start-console-node.ts';
import type { Visit } from './visit.ts';

/** A node whose statements are counted. */
export interface CountedNode extends Pick<ConsoleNode, 'token' | 'url'> {
  readonly statements: StatementCounter;
}

/** A screen whose clock the test moves. */
export interface LeftOpen {
  readonly page: Page;
  /** What it has asked the node for, but for feeds. */
  readonly asked: string[];
  /** How old an answer each of them accepts. */
  readonly accepts: ReadonlyMap<string, string>;
  /** Feeds that are open. */
  feeds(): number;
  /** Answers that the node did not have yet. */
  reads(): number;
  /** Lets time pass in the page, until all is answered. */
  pass(seconds: number): Promise<void>;
  nowMs(): Promise<number>;
}

/** What a browser does when its window is covered, or another tab is chosen. */
const visibility = (state: 'hidden' | 'visible') =>
  `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
  document.dispatchEvent(new Event('visibilitychange'))`;
export const HIDE = visibility('hidden');
export const SHOW = visibility('visible');

/** Opens a screen whose clock the test moves, and counts what it asks the node for. */
export async function leaveOpen(visited: Visit, path: string): Promise<LeftOpen> {
  const { page } = visited;
  await page.clock.install();
  const running = new Set<Request>();
  const feeds = new Set<Request>();
  const asked: string[] = [];
  const accepts = new Map<string, string>();
  let reads = 0;
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (!pathname.startsWith('/v1/')) return;
    if (pathname === '/v1/feed') {
      feeds.add(request);
      return;
    }
    running.add(request);
    asked.push(pathname + search);
    accepts.set(pathname + search, request.headers()['cache-control'] ?? '');
  });
  page.on('requestfinished', (request) => {
    feeds.delete(request);
    if (!running.has(request)) return;
    // It runs until it is counted. The last ones end with the page.
    request
      .response()
      .then((answer) => {
        if (answer?.headers()['age'] === undefined) reads += 1;
      })
      .catch(() => undefined)
      .finally(() => running.delete(request));
  });
  page.on('requestfailed', (request) => {
    feeds.delete(request);
    running.delete(request);
  });
  await visited.go(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  const pass = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 5) {
      await page.clock.runFor(5_000);
      await eventually('the answers', () => running.size === 0);
    }
  };
  // An answer may have made the screen ask for more, which a busy machine draws late.
  const known = () => new Set(asked.map((one) => one.split('?')[0])).size;
  for (let before = -1; known() > before; ) {
    before = known();
    await pass(10);
  }
  asked.length = 0;
  accepts.clear();
  return {
    page,
    asked,
    accepts,
    feeds: () => feeds.size,
    reads: () => reads,
    pass,
    nowMs: async () => Number(await page.evaluate('Date.now()')),
  };
}

/**
 * What a round of so many tabs costs, which all ask for the same: the names of the statements that the node runs for
 * them. One of them accepts no answer that somebody got before.
 */
async function roundOf(node: CountedNode, path: string, tabs: number): Promise<string[]> {
  const counted = node.statements.begin();
  const ask = async (accepts?: string) => {
    const answer = await fetch(node.url + path, {
      headers: {
        authorization: `Bearer ${node.token}`,
        ...counted.headers,
        ...(accepts !== undefined && { 'cache-control': accepts }),
      },
    });
    expect(answer.status, path).toBe(200);
    await answer.arrayBuffer();
  };
  await ask();
  const alone = (await counted.ran(1)).length;
  await Promise.all(Array.from({ length: tabs - 1 }, () => ask('max-age=60')));
  const together = await counted.ran(tabs);
  // However many tabs ask for it, the node reads it once.
  expect(together.length, `${path}: ${together}`).toBe(alone);
  return together;
}

/**
 * What one answer costs, however many tabs get it. The node keeps what it reads for some seconds, and five minutes of
 * a page are some seconds here, so a round may find all of it kept: then it counts as what it costs at other times.
 */
async function costOf(node: CountedNode, path: string): Promise<number> {
  const least = path.startsWith('/v1/problems') ? 4 : 1;
  return Math.max(least, (await roundOf(node, path, 3)).length);
}

/** How long a screen is left open, and what answers of the node cost, as far as it is known. */
interface Idle {
  readonly path: string;
  readonly minutes: number;
  /** By path. */
  readonly costs: Map<string, number>;
}

/**
 * Expects that a screen asks for at most one statement each two seconds while nobody touches it, and for nothing
 * while its tab is hidden.
 */
export async function expectIdle(
  node: CountedNode,
  tab: LeftOpen,
  { costs, minutes, path }: Idle,
): Promise<void> {
  const fromMs = await tab.nowMs();
  await tab.pass(60 * minutes);
  // Its clock goes on while the answers come.
  const seconds = ((await tab.nowMs()) - fromMs) / 1_000;
  const asked = tab.asked.slice();
  expect(seconds, path).toBeGreaterThanOrEqual(60 * minutes);
  if (path === '/console/invocations') await eventually('its feed', () => tab.feeds() > 0);
  for (const [each, accepts] of tab.accepts) {
    expect(accepts, each).toMatch(/^max-age=[1-9]/);
    if (!costs.has(each)) costs.set(each, await costOf(node, each));
  }
  // What the node ran for one of its answers, as often as it asked: more tabs are as many rounds.
  const statements = asked.reduce((sum, one) => sum + (costs.get(one) as number), 0);
  // The node looks each two seconds and a half for whoever follows its feed.
  const looks = tab.feeds() > 0 ? seconds / 2.5 : 0;
  // What was due at the end counts as a whole.
  expect(statements + looks, path).toBeLessThanOrEqual(seconds / 2 + 10);
  await tab.page.evaluate(HIDE);
  tab.asked.length = 0;
  await tab.pass(60);
  expect(tab.asked, `${path}, hidden`).toEqual([]);
  await eventually(`no feed of ${path}`, () => tab.feeds() === 0);
}
