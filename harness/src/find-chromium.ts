import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Chromium, fetchChromium } from './fetch-chromium.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Finds a Chromium: the one that HOOKTRAIL_TEST_CHROMIUM names, the machine's, or that of a package,
 * which is fetched once.
 *
 * @throws Error that says what to do: tests that cannot run must not pass.
 */
export async function findChromium(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Chromium> {
  const named = env['HOOKTRAIL_TEST_CHROMIUM'];
  if (named !== undefined) return { path: named, env: {} };
  const found = (env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  if (found !== undefined) return { path: found, env: {} };
  try {
    return await fetchChromium();
  } catch (cause) {
    throw new Error(
      `The browser tests need Chromium: install the package "chromium", or set HOOKTRAIL_TEST_CHROMIUM to its path. The one of a package could not be had: ${(cause as Error).message}`,
      { cause },
    );
  }
}
