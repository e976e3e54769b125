import type { Browser, Page } from 'playwright-core';

/** A mark of the page in a trace. */
interface Mark {
  readonly name: string;
  /** What the thread had worked until then, in microseconds. */
  readonly tts?: number;
}

/**
 * How long the main thread of a page worked between two of its marks while `visit` ran, in milliseconds of
 * processor. Unlike a clock it says the same on a busy machine, and nearly the same on another one. Undefined
 * where Chromium began its trace after a mark, which it does now and then.
 */
export async function mainThreadMs(
  browser: Browser,
  page: Page,
  [from, to]: readonly [from: string, to: string],
  visit: () => Promise<unknown>,
): Promise<number | undefined> {
  await browser.startTracing(page, { categories: ['blink.user_timing'] });
  let trace: Buffer;
  try {
    await visit();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly Mark[] };
  const workedUs = (mark: string) => traceEvents.find(({ name }) => name === mark)?.tts;
  const [fromUs, toUs] = [workedUs(from), workedUs(to)];
  return fromUs === undefined || toUs === undefined ? undefined : (toUs - fromUs) / 1_000;
}
