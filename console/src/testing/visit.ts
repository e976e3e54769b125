import type { Browser, BrowserContext, Page } from 'playwright-core';
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
  page.on('request', (request) => {
    if (!request.url().startsWith(stage.url)) complaints.push(`request: ${request.url()}`);
  });
  return {
    page,
    context,
    complaints,
    async go(path) {
      await page.goto(stage.url + path);
    },
    async close() {
      // A screen that polls may ask at this moment: what a handler of the test does for it then fails with the page.
      if (!page.isClosed()) await page.unrouteAll({ behavior: 'ignoreErrors' });
      await context.close();
    },
  };
}
