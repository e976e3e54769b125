// Writes the pictures of docs/console.md, from a node that runs already and has something to show,
// such as that of `npm run demo`:
//
//   TOKEN=... node console/scripts/screenshots.mjs http://127.0.0.1:4400
import { mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { chromium } from 'playwright-core';

const [url = 'http://127.0.0.1:4400'] = process.argv.slice(2);
const token = process.env['TOKEN'] ?? '';
const folder = fileURLToPath(new URL('../../docs/images/console/', import.meta.url));
/** All together: a clone should not grow by its pictures. */
const MOST_BYTES = 1_500_000;

const hooktrail = new Hooktrail({ baseUrl: url, auth: { accessToken: token } });
const { items } = await hooktrail.invocations.list('state:undelivered code:>=400', { pageSize: 1 });
const [failed] = items;
if (failed === undefined) throw new Error('the node has nothing undelivered to show');

const SCREENS = [
  ['overview', '/console/'],
  ['invocations', '/console/invocations'],
  ['invocation', `/console/invocations/${failed.id}`],
  ['undelivered', '/console/undelivered'],
  ['webhooks', '/console/webhooks'],
  ['webhook', `/console/webhooks/${failed.webhook.id}`],
  ['new-webhook', '/console/webhooks/new'],
  ['events', '/console/events'],
  ['event', `/console/events/${failed.eventId}`],
  ['publish', '/console/publish'],
  ['tokens', '/console/tokens'],
  ['audit', '/console/audit'],
  ['account', '/console/account'],
];
/** Width, theme, and which screens: all at 1280, the two that matter most elsewhere. */
const SIZES = [
  [1280, 'light', SCREENS],
  [1280, 'dark', SCREENS.slice(0, 3)],
  [360, 'light', SCREENS.slice(1, 3)],
  [360, 'dark', SCREENS.slice(0, 1)],
  [2560, 'light', SCREENS.slice(1, 2)],
];

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env['HOOKTRAIL_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
let bytes = 0;
for (const [width, colorScheme, screens] of SIZES) {
  const viewport = { width, height: width === 360 ? 720 : width === 2560 ? 1300 : 800 };
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
  const answer = await context.request.post(`${url}/v1/session`, {
    data: { token },
    headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
  const page = await context.newPage();
  for (const [name, path] of screens) {
    await page.goto(url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    // The feed stays open, so the network is never idle: wait for the charts instead.
    await page.locator('.placeholder').first().waitFor({ state: 'detached' });
    await page.evaluate('document.fonts.ready');
    const file = `${folder}${name}-${width}-${colorScheme}.jpg`;
    await page.screenshot({ path: file, type: 'jpeg', quality: 60 });
    bytes += (await stat(file)).size;
  }
  await context.close();
}
await browser.close();
console.log(`${bytes} of ${MOST_BYTES} bytes`);
if (bytes > MOST_BYTES) process.exitCode = 1;
