// Writes the pictures of docs/console.md, from a node that runs already and has something to show,
// such as that of `npm run demo`:
//
//   TOKEN=... node console/scripts/screenshots.mjs http://127.0.0.1:4400
//
// Names of screens after the URL write only their pictures. A node without a source archives a double of Zendesk
// meanwhile, so it must be allowed to dial loopback, as that of the demo is.
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { eventually } from '@hooktrail/harness/eventually';
import { openBrowser } from '@hooktrail/harness/open-browser';
import { startReceiver } from '@hooktrail/harness/receiver';
import { startZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';

const [url = 'http://127.0.0.1:4400', ...only] = process.argv.slice(2);
const token = process.env['TOKEN'] ?? '';
const folder = fileURLToPath(new URL('../../docs/images/console/', import.meta.url));
/**
 * All together: a clone should not grow by its pictures. They are WebP, which Chromium writes by itself: as JPEG
 * of the same quality they have twice as many bytes.
 */
const MOST_BYTES = 1_500_000;
const QUALITY = 60;

const hooktrail = new Hooktrail({ baseUrl: url, auth: { accessToken: token } });
const { items } = await hooktrail.invocations.list('state:undelivered code:>=400', { pageSize: 1 });
const [failed] = items;
if (failed === undefined) throw new Error('the node has nothing undelivered to show');

/** A node without jobs gets one, of what is undelivered, and a second one that is paused at once. */
async function jobToShow() {
  const { items: jobs } = await hooktrail.jobs.list({ pageSize: 1 });
  if (jobs[0] !== undefined) return jobs[0].id;
  const query = 'state:undelivered';
  const { id } = await hooktrail.jobs.create({ query, rate: 1, reason: 'The endpoint is back' });
  const held = await hooktrail.jobs.create({ query: `webhook:${failed.webhook.id}`, rate: 1 });
  await hooktrail.jobs.pause(held.id);
  return id;
}

/** A source with a webhook that is gone, so that it has a gap. */
async function sourceToShow() {
  const [known] = await hooktrail.sources.list();
  if (known !== undefined) return { id: known.id, close: async () => {} };
  const remote = await startZendeskDouble();
  remote.rate.limit = 10_000;
  const names = ['Orders to the warehouse', 'Tickets to the data lake', 'Old billing'];
  const [orders, tickets, old] = names.map((name) => remote.account.create({ name }).id);
  for (const id of [orders, tickets, old]) remote.account.burst(id, 40, 1);
  // Rows come some seconds after what they are of, and a source looks seldom at a webhook that has none.
  await eventually('what it archives', () =>
    [orders, tickets, old].every((id) => remote.account.history(id).length >= 40),
  );
  const { source } = await hooktrail.sources.create({
    name: 'acme',
    baseUrl: remote.url,
    credentials: remote.auth,
    resendSecrets: 'read',
  });
  await eventually('its rows', async () => {
    const { archived, webhooksUnread } = await hooktrail.sources.get(source.id);
    return archived.rows > 100 && webhooksUnread === 0;
  });
  remote.account.delete(old);
  await hooktrail.sources.poll(source.id);
  await eventually('its gap', async () => {
    const { items } = await hooktrail.sources.gaps(source.id);
    return items.length > 0;
  });
  return { id: source.id, close: () => remote.close() };
}
/** Whether one of these pictures is asked for. */
const isAsked = (...names) => only.length === 0 || names.some((name) => only.includes(name));
const ARCHIVE_NAMES = ['overview', 'sources', 'source', 'gaps', 'archived', 'inboxes'];
const source = isAsked(...ARCHIVE_NAMES)
  ? await sourceToShow()
  : { id: undefined, close: async () => {} };
if (isAsked('inboxes') && (await hooktrail.inboxes.list()).length === 0) {
  const secrets = ['a secret of this picture'];
  await hooktrail.inboxes.create({
    name: 'Zendesk',
    scheme: 'zendesk',
    secrets,
    defaultType: 'zendesk.ticket',
  });
  await hooktrail.inboxes.create({ name: 'Shop', scheme: 'none', idHeader: 'X-Delivery' });
}
/** A node without alerts gets one: of a webhook whose endpoint is gone. */
async function alertToShow() {
  const { items: open } = await hooktrail.alerts.list({ filterState: 'open', pageSize: 1 });
  if (open[0] !== undefined) return open[0].id;
  const gone = await startReceiver({
    behaviour: (_, response) => response.writeHead(410).end(),
  });
  await hooktrail.webhooks.create({
    name: 'Legacy billing',
    endpoint: gone.url,
    httpMethod: 'POST',
    requestFormat: 'json',
    status: 'active',
    subscriptions: ['billing.closed'],
  });
  await hooktrail.events.publish({ type: 'billing.closed' });
  const find = async () => (await hooktrail.alerts.list({ filterState: 'open' })).items[0];
  await eventually('its alert', async () => (await find()) !== undefined);
  await gone.close();
  return (await find()).id;
}
if ((await hooktrail.alertRoutes.list()).length === 0) {
  const url = 'http://127.0.0.1:9093';
  await hooktrail.alertRoutes.create({ name: 'Alertmanager', kind: 'alertmanager', url });
  await hooktrail.alertRoutes.create({
    name: 'On call',
    kind: 'slack',
    url: 'http://127.0.0.1:9094/services/T000/B000',
    minimumSeverity: 'critical',
  });
}
const [archived] = (
  await hooktrail.invocations.list('origin:acme status:"server error"', { pageSize: 1 })
).items;

const SCREENS = [
  ['overview', '/console/'],
  ['alerts', '/console/alerts'],
  ['alert', `/console/alerts/${await alertToShow()}`],
  ['alert-rules', '/console/alerts?show=rules'],
  ['alert-routes', '/console/alerts?show=routes'],
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
  ['storage', '/console/storage'],
  ['sources', '/console/sources'],
  ['source', `/console/sources/${source.id}`],
  ['gaps', '/console/invocations?q=origin%3Aacme'],
  ['archived', `/console/invocations/${archived?.id ?? failed.id}`],
  ['inboxes', '/console/inboxes'],
  ['jobs', '/console/jobs'],
  ['job', `/console/jobs/${await jobToShow()}`],
];
const JOBS = SCREENS.slice(-2);
const ARCHIVE = SCREENS.filter(([name]) => ['source', 'gaps'].includes(name));
const TRAIL = SCREENS.filter(([name]) => ['invocations', 'invocation', 'alerts'].includes(name));
const WIDE = SCREENS.filter(([name]) => ['overview', 'invocations', 'storage'].includes(name));
/** Width, theme, and which screens: all at 1280, those that matter most elsewhere. */
const SIZES = [
  [1280, 'light', SCREENS],
  [1280, 'dark', [...SCREENS.slice(0, 1), ...TRAIL, ...WIDE.slice(2), ...ARCHIVE, ...JOBS]],
  [360, 'light', [...TRAIL, ...WIDE.slice(2), ...ARCHIVE, ...JOBS]],
  [360, 'dark', SCREENS.slice(0, 1)],
  [2560, 'light', [...WIDE, ...JOBS]],
];

await mkdir(folder, { recursive: true });
const browser = await openBrowser();
for (const [width, colorScheme, screens] of SIZES) {
  const viewport = { width, height: width === 360 ? 720 : width === 2560 ? 1300 : 800 };
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
  const answer = await context.request.post(`${url}/v1/session`, {
    data: { token },
    headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  for (const [name, path] of screens) {
    if (only.length > 0 && !only.includes(name)) continue;
    await page.goto(url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    // The feed stays open, so the network is never idle: wait for the charts instead.
    await page.locator('.placeholder').first().waitFor({ state: 'detached' });
    await page.evaluate('document.fonts.ready');
    const shot = { format: 'webp', quality: QUALITY };
    const { data } = await client.send('Page.captureScreenshot', shot);
    const picture = Buffer.from(data, 'base64');
    await writeFile(`${folder}${name}-${width}-${colorScheme}.webp`, picture);
  }
  await context.close();
}
await browser.close();
await source.close();
let bytes = 0;
for (const name of await readdir(folder)) bytes += (await stat(folder + name)).size;
console.log(`${bytes} of ${MOST_BYTES} bytes`);
if (bytes > MOST_BYTES) process.exitCode = 1;
