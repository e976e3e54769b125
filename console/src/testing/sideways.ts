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

/** What scrolls sideways in a page as wide as it is now: the page itself and, on a phone, anything in it. */
export async function sidewaysProblems(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(FIND);
}
