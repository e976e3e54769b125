import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from 'playwright-core';
import type { OpenConsole } from './open-console.ts';

/** A request that an open screen makes by itself. */
export interface Asked {
  /** After the screen was opened. */
  readonly atMs: number;
  readonly path: string;
  /** How old an answer it accepts, as it says in `Cache-Control`. */
  readonly accepts: string;
}

/** What a screen asks for while nobody touches it. */
export interface IdleScreen {
  readonly asked: readonly Asked[];
  /** The feeds that it follows. */
  readonly feeds: readonly string[];
  /** The asking repeats after this time. */
  readonly periodMs: number;
}

const STEP_MS = 1_000;
const POLL_MS = 10;

/**
 * Opens a screen and writes down what it asks for within `seconds` of its own clock, which is moved on:
 * the recording takes a second or two.
 */
export async function recordScreen(
  console: OpenConsole,
  path: string,
  seconds: number,
): Promise<IdleScreen> {
  const context = await console.profile();
  const page = await context.newPage();
  await page.clock.install();
  const running = new Set<Request>();
  const asked: Asked[] = [];
  const feeds: string[] = [];
  let atMs = Number.NaN;
  const pathOf = (request: Request) => request.url().slice(new URL(console.url).origin.length);
  page.on('request', (request) => {
    const target = pathOf(request);
    if (target.startsWith('/v1/feed')) {
      feeds.push(target);
      return;
    }
    running.add(request);
    if (atMs >= 0) {
      asked.push({ atMs, path: target, accepts: request.headers()['cache-control'] ?? '' });
    }
  });
  page.on('requestfinished', (request) => running.delete(request));
  page.on('requestfailed', (request) => running.delete(request));
  const settled = async () => {
    // An answer may make the screen ask for more: of a few turns in a row, none may have a request.
    for (let quiet = 0; quiet < 3; quiet++) {
      if (running.size > 0) quiet = -1;
      await sleep(POLL_MS);
    }
  };
  await page.goto(console.url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await settled();
  for (atMs = 0; atMs < 1_000 * seconds; atMs += STEP_MS) {
    await page.clock.runFor(STEP_MS);
    await settled();
  }
  await context.close();
  return { asked, feeds, periodMs: 1_000 * seconds };
}
