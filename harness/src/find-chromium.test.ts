import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { findChromium } from './find-chromium.ts';

test('the Chromium that is named wins over that of the path', async () => {
  const named = { HOOKTRAIL_TEST_CHROMIUM: '/opt/mine', PATH: '/usr/bin' };
  expect(await findChromium(named)).toEqual({ path: '/opt/mine', env: {} });
});

test('on a machine without one, that of a package is fetched once, and shows a page', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'hooktrail-no-chromium-'));
  try {
    const { env, path } = await findChromium({ PATH: empty });
    expect(await findChromium({ PATH: empty })).toEqual({ env, path });
    const browser = await chromium.launch({
      executablePath: path,
      env: { ...process.env, ...env } as Record<string, string>,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
    try {
      const page = await browser.newPage();
      await page.goto('data:text/html,<p>Here');
      expect(await page.textContent('p')).toBe('Here');
      // Without fonts every text would be of no width.
      expect((await page.locator('p').boundingBox())?.height).toBeGreaterThan(10);
    } finally {
      await browser.close();
    }
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
});
