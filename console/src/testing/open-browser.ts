import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The machine's Chromium, or the one that HOOKTRAIL_TEST_CHROMIUM names. */
function findChromium(): string {
  const named = process.env['HOOKTRAIL_TEST_CHROMIUM'];
  if (named !== undefined) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  // Tests that cannot run must not pass.
  throw new Error(
    'The browser tests need Chromium: install the package "chromium", or set HOOKTRAIL_TEST_CHROMIUM to its path.',
  );
}

/** Starts Chromium. In a container its sandbox has no rights; the pages are ours. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
