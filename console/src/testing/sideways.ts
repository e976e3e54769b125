import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** As in the style sheets. A wider page may have lists that scroll by themselves. */
const PHONE_PX = 640;

const FIND = `[document.documentElement, ...document.querySelectorAll('body *')].flatMap((one) => {
  const scrolls = one === document.documentElement ||
    innerWidth <= ${PHONE_PX} && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX);
  const pixels = one.scrollWidth - one.clientWidth;
  if (!scrolls || pixels <= 0) return [];
  return [one.tagName.toLowerCase() + '.' + one.className + ' scrolls sideways by ' + pixels + ' pixels at ' + innerWidth];
})`;

/** A list stacks its cells in the frames after the one in which the page became narrow. */
const SETTLED_MS = 10_000;
const AGAIN_MS = 50;

/** What scrolls sideways in a page as wide as it is now: the page itself and, on a phone, anything in it. */
export async function sidewaysProblems(page: Page): Promise<string[]> {
  for (const endMs = Date.now() + SETTLED_MS; ; await sleep(AGAIN_MS)) {
    const found = await page.evaluate<string[]>(FIND);
    if (found.length === 0 || Date.now() > endMs) return found;
  }
}
