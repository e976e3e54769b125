import { openBrowser } from '@hooktrail/harness/open-browser';
import type { Browser, BrowserContext } from 'playwright-core';

/** A browser that is signed in to the console of a node. */
export interface OpenConsole {
  readonly url: string;
  readonly browser: Browser;
  /** A profile of its own: nothing is cached yet. */
  profile(): Promise<BrowserContext>;
  close(): Promise<void>;
}

const VIEWPORT = { width: 1_280, height: 900 };

/** Starts Chromium for the console of a node; each profile is signed in with `token`. */
export async function openConsole(url: string, token: string): Promise<OpenConsole> {
  const browser: Browser = await openBrowser('--enable-precise-memory-info');
  return {
    url,
    browser,
    async profile() {
      const context = await browser.newContext({ viewport: VIEWPORT });
      const { origin } = new URL(url);
      const answer = await context.request.post(`${url}/v1/session`, {
        data: { token },
        headers: { origin },
      });
      if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
      return context;
    },
    close: () => browser.close(),
  };
}
