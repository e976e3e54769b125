import { eventually } from '@hooktrail/harness/eventually';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import type { ConsoleNode } from './start-console-node.ts';

/** How to look at the console. */
export interface VisitOptions {
  /** The token to sign in with; that of the stage by default, none for null. */
  readonly token?: string | null;
  readonly width?: number;
}

/** A page of the console, and what went wrong in it. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts, refusals of the content security policy, and requests to anybody else. */
  readonly complaints: string[];
  go(path: string): Promise<void>;
  /**
   * Keeps all that the page asks for from the node until `act` is done: what the page learns next is of something
   * that the test did, and not of a refresh in the middle of it.
   */
  unheard(act: () => Promise<void>): Promise<void>;
  /** Closes the page and its profile. */
  close(): Promise<void>;
}

/** Opens the console in a browser profile of its own, signed in. */
export async function visit(
  browser: Browser,
  stage: Pick<ConsoleNode, 'token' | 'url'>,
  { token = stage.token, width = 1280 }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Berlin',
  });
  // Long enough for a busy machine, as that of `eventually`.
  context.setDefaultTimeout(60_000);
  if (token !== null) {
    const answer = await context.request.post(`${stage.url}/v1/session`, {
      data: { token },
      headers: { origin: stage.url },
    });
    if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
  }
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (/Content.Security.Policy|Refused to/i.test(message.text())) {
      complaints.push(message.text());
    }
  });
  const asked = new Set<Request>();
  page.on('request', (request) => {
    if (!request.url().startsWith(stage.url)) complaints.push(`request: ${request.url()}`);
    // A feed goes on for as long as the page.
    if (!request.url().includes('/v1/feed')) asked.add(request);
  });
  page.on('requestfinished', (request) => asked.delete(request));
  page.on('requestfailed', (request) => asked.delete(request));
  return {
    page,
    context,
    complaints,
    async go(path) {
      await page.goto(stage.url + path);
    },
    async unheard(act) {
      const kept = new Map<Request, () => Promise<void>>();
      let isOver = false;
      await page.route('**/v1/**', async (route, request) => {
        if (isOver) await route.fallback();
        else kept.set(request, () => route.fallback());
      });
      // What was asked before is answered before.
      await eventually('the answers to what was asked before', () =>
        [...asked].every((request) => kept.has(request)),
      );
      await act();
      isOver = true;
      for (const goOn of kept.values()) await goOn();
    },
    async close() {
      // A screen that polls may ask at this moment: what a handler of the test does for it then fails with the page.
      if (!page.isClosed()) await page.unrouteAll({ behavior: 'ignoreErrors' });
      await context.close();
    },
  };
}
