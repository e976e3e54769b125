import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS } from '@hooktrail/server/time-units';
import type { BrowserContext, Page } from 'playwright-core';
import { mainThreadMs } from '../measure/main-thread-ms.ts';
import { quantiles } from '../measure/quantiles.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import type { Sizes } from '../model/sizes.ts';
import { fillInvocations } from '../stage/fill-invocations.ts';
import { makeListedAccount } from '../stage/make-listed-account.ts';
import { type OpenConsole, openConsole } from '../stage/open-console.ts';
import { settleTrail } from '../stage/settle-trail.ts';

const DAYS = 7;

/** Visits whose work is measured, at most, beside those whose time is. */
const TRACED_VISITS = 5;

/** Of 60 frames a second; a frame that took half as long again was seen late. */
const FRAME_MS = 1_000 / 60;

const BEGINS = 'hooktrail: the page begins';
const HAS_ROWS = 'hooktrail: first rows';

/** Runs in the page before its scripts: notes the frame after the one that has the first rows. */
const NOTE_FIRST_ROW = `performance.mark('${BEGINS}');
window.firstRowMs = new Promise((resolve) => {
  const seen = new MutationObserver(() => {
    if (document.querySelector('.grid-row') === null) return;
    seen.disconnect();
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      // After the frame: the rows are painted.
      channel.port1.onmessage = () => {
        const [html] = performance.getEntriesByType('navigation');
        performance.mark('${HAS_ROWS}');
        resolve(performance.now() - html.responseEnd);
      };
      channel.port2.postMessage(undefined);
    });
  });
  seen.observe(document, { childList: true, subtree: true });
})`;

/** Scrolls by so many pixels in each frame, and resolves to the duration of each frame. */
const scroll = (pixels: number, frames: number) => `new Promise((resolve) => {
  const grid = document.querySelector('.grid');
  const durations = [];
  let last;
  let down = 1;
  const frame = (now) => {
    if (last !== undefined) durations.push(now - last);
    last = now;
    if (durations.length >= ${frames}) return resolve(durations);
    const end = grid.scrollHeight - grid.clientHeight;
    if (grid.scrollTop >= end - 1) down = -1;
    if (grid.scrollTop <= 0) down = 1;
    grid.scrollTop += down * ${pixels};
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;

/** Scrolls to the end of what is loaded until so many rows are. */
const load = (rows: number) => `new Promise((resolve, reject) => {
  const grid = document.querySelector('.grid');
  const step = () => {
    const loaded = Number(grid.getAttribute('aria-rowcount')) - 1;
    if (loaded >= ${rows} || / all that match/.test(document.querySelector('.table-foot').textContent)) return resolve(loaded);
    grid.scrollTop = grid.scrollHeight;
    setTimeout(step, 0);
  };
  step();
})`;

/** How somebody comes to the list. */
interface Coming {
  readonly name: string;
  /** The files are in the cache of the browser. */
  readonly cached: boolean;
  /** The tab showed the list before. For a new one Chromium starts a process, which takes part of the time. */
  readonly sameTab: boolean;
}

const VISITS: readonly Coming[] = [
  { name: 'nothing cached', cached: false, sameTab: false },
  { name: 'cached', cached: true, sameTab: false },
  { name: 'loaded again', cached: true, sameTab: true },
];

/** The wheel of a hurried reader, and the bar that is dragged over all rows. */
const SCROLLS = [
  ['by wheel', 120],
  ['by bar', 7_200],
] as const;

/**
 * A person opens the list of invocations: from the last byte of the HTML to the first rows on the screen,
 * and the frames while all rows are scrolled. The trail has `--count` invocations.
 */
export const console: Scenario = {
  name: 'console',
  repeated: false,

  async arms(stage, sizes) {
    const toMs = Date.now();
    const fromMs = toMs - DAYS * DAY_MS;
    const [webhooks = 1] = sizes.queryWebhooks;
    const account = await makeListedAccount(stage, webhooks);
    const count = sizes.queryInvocations;
    const { eventBytes } = sizes;
    await fillInvocations(stage, { account, count, fromMs, toMs, eventBytes, rareEvery: count });
    await settleTrail(stage.hooktrail.databaseUrl, fromMs, toMs);
    let opened: OpenConsole | undefined;
    const open = async () => {
      opened ??= await openConsole(stage.hooktrail.url, account.token);
      return opened;
    };
    const of = count.toLocaleString('en');
    const arms = [
      ...VISITS.map((how) =>
        firstRows({ name: `console of ${of}: first rows, ${how.name}`, open, sizes }, how),
      ),
      ...SCROLLS.map(([name, pixels]) =>
        scrolling({ name: `console of ${of}: scrolled ${name}`, open, sizes }, pixels),
      ),
    ];
    const last = arms.pop() as Arm;
    return [...arms, { ...last, finish: async () => void (await opened?.close()) }];
  },
};

interface Opening {
  readonly name: string;
  readonly open: () => Promise<OpenConsole>;
  readonly sizes: Sizes;
}

function firstRows({ name, open, sizes }: Opening, { cached, sameTab }: Coming): Arm {
  return {
    name,
    unit: 'ms',
    async run() {
      const { browser, profile, url } = await open();
      const us: number[] = [];
      const worked: number[] = [];
      let context = await profile();
      let page = await newTab(context);
      // The first visit fills the cache of the browser, and that of the node's code. The last ones are traced, which
      // takes time, and so are not those that the clock measures.
      const last = sizes.consoleVisits + Math.min(TRACED_VISITS, sizes.consoleVisits);
      for (let visit = cached ? -1 : 0; visit < last; visit++) {
        // With a new window Chromium loads the pages of its own controls, which take both cores for a second.
        await sleep(sizes.consoleRestMs);
        const go = firstRowMs.bind(undefined, page, url);
        if (visit >= sizes.consoleVisits) {
          const ms = await mainThreadMs(browser, page, [BEGINS, HAS_ROWS], go);
          if (ms !== undefined) worked.push(1_000 * ms);
        } else {
          const ms = await go();
          if (visit >= 0) us.push(1_000 * ms);
        }
        if (sameTab) continue;
        await page.close();
        if (!cached) {
          await context.close();
          context = await profile();
        }
        page = await newTab(context);
      }
      await context.close();
      const latency = quantiles(us);
      const measured = { value: latency.p50, items: us.length, latency };
      if (worked.length === 0) return measured;
      const { p50: mainThread } = quantiles(worked);
      return {
        ...measured,
        details: { mainThreadMs: mainThread },
        note: `${name}: the main thread of the page works ${mainThread.toFixed(0)} ms of processor until then`,
      };
    },
  };
}

async function newTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(NOTE_FIRST_ROW);
  return page;
}

async function firstRowMs(page: Page, url: string): Promise<number> {
  await page.goto(`${url}/console/invocations`);
  return Number(await page.evaluate('window.firstRowMs'));
}

function scrolling({ name, open, sizes }: Opening, pixels: number): Arm {
  let context: BrowserContext;
  let page: Page;
  let loadedPerSecond = 0;
  let rows = 0;
  return {
    name,
    unit: 'ms a frame',
    async prepare() {
      const { profile, url } = await open();
      context = await profile();
      page = await context.newPage();
      await page.goto(`${url}/console/invocations`);
      await page.locator('.grid-row').first().waitFor();
      const startedMs = performance.now();
      rows = Number(await page.evaluate(load(sizes.consoleRows)));
      loadedPerSecond = (1_000 * rows) / (performance.now() - startedMs);
      await page.evaluate("document.querySelector('.grid').scrollTop = 0");
    },
    async run() {
      const frames = (await page.evaluate(scroll(pixels, sizes.consoleFrames))) as number[];
      const heap = Number(await page.evaluate('performance.memory.usedJSHeapSize'));
      const late = frames.filter((ms) => ms > 1.5 * FRAME_MS);
      const dropped = late.reduce((sum, ms) => sum + Math.round(ms / FRAME_MS) - 1, 0);
      const sorted = frames.toSorted((a, b) => a - b);
      const p95 = sorted[Math.floor(0.95 * sorted.length)] ?? 0;
      await context.close();
      const latency = quantiles(frames.map((ms) => 1_000 * ms));
      return {
        value: latency.p50,
        items: frames.length,
        latency,
        details: { rows, p95Ms: p95, dropped, frames: frames.length, heap, loadedPerSecond },
        note: `${name}: ${rows.toLocaleString('en')} rows, loaded at ${Math.round(loadedPerSecond)} a second; frames p95 ${p95.toFixed(1)} ms, ${dropped} of ${frames.length + dropped} dropped; heap ${Math.round(heap / 1e6)} MB`,
      };
    },
  };
}
