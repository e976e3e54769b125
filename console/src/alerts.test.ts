import { eventually } from '@hooktrail/harness/eventually';
import { openBrowser } from '@hooktrail/harness/open-browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type AlertsStage, startAlertsStage } from './testing/alerts-stage.ts';
import { axeProblems } from './testing/axe-problems.ts';
import { expectIdle, leaveOpen } from './testing/left-open.ts';
import { sidewaysProblems } from './testing/sideways.ts';
import { type Visit, type VisitOptions, visit } from './testing/visit.ts';

/** The screens of alerts: the history, rules, mutes and routes. */

let stage: AlertsStage;
let browser: Browser;
const visits: Visit[] = [];

beforeAll(async () => {
  [stage, browser] = await Promise.all([startAlertsStage(), openBrowser()]);
});

afterEach(async () => {
  const open = visits.splice(0);
  for (const visited of open) await visited.close();
  expect(open.flatMap(({ complaints }) => complaints)).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

async function open(path: string, options?: VisitOptions): Promise<Visit> {
  const visited = await visit(browser, stage, options);
  visits.push(visited);
  await visited.go(path);
  return visited;
}

const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** What axe finds in both themes, one on a screen and one on a phone, and whether something is wider than that. */
async function problemsIn(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 360],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
    const problems = await axeProblems(page);
    problems.push(...(await sidewaysProblems(page)));
    found.push(...problems.map((problem) => `${colorScheme}, ${width}: ${problem}`));
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return found;
}

/** How many pixels of the list of a screen are out of sight on a phone. */
async function cutOff(page: Page): Promise<number> {
  await page.setViewportSize({ width: 360, height: 800 });
  const list = page.locator('main .scroll-x');
  const pixels = await list.evaluate((box) => box.scrollWidth - box.clientWidth);
  await page.setViewportSize({ width: 1280, height: 900 });
  return pixels;
}

test('an open alert is on the overview and counted, is acknowledged with a note and muted, and leaves', async () => {
  const { name } = stage.webhook;
  const facts = { failed: 30, settled: 40, window_seconds: 900 };
  const id = await stage.open('failing', 'critical', facts);
  await stage.open('backlog', 'warning', { paused: 0 });
  const { page } = await open('/console/');
  const first = page.getByRole('region', { name: 'Open alerts' });
  await first.getByText('30 of 40 invocations failed').waitFor();
  await page.getByRole('link', { name: 'Alerts 2 open' }).waitFor();
  await page.getByRole('heading', { name: 'Nothing else is wrong' }).waitFor();
  expect(await problemsIn(page)).toEqual([]);
  for (const key of ['g', 'b']) await page.keyboard.press(key);
  await heading(page, 'Alerts');
  await page.getByLabel('Kind').selectOption('failing');
  await page.getByText('not yet').waitFor();
  expect(await page.locator('tbody tr').count()).toBe(1);
  expect(await cutOff(page)).toBe(0);
  expect(await problemsIn(page)).toEqual([]);
  await page.getByRole('link', { name: 'Webhook failing' }).click();

  await heading(page, `Webhook failing: ${name}`);
  await page.getByRole('region', { name: 'What to do' }).getByText('replay').waitFor();
  await page.getByText('75.0 % of the settled invocations failed').waitFor();
  await page.getByText('no route was enabled').waitFor();
  expect(await problemsIn(page)).toEqual([]);
  await button(page, 'Acknowledge').click();
  const note = page.getByLabel('Note');
  await note.fill('<b>moving</b> it');
  expect(await note.getAttribute('maxlength')).toBe('500');
  // A reload loses nothing.
  await page.reload();
  await button(page, 'Acknowledge').click();
  await page.getByText('did not save is here again').waitFor();
  expect(await note.inputValue()).toBe('<b>moving</b> it');
  await button(page, 'Acknowledge 1 alert').click();
  await page.getByText('<b>moving</b> it').waitFor();
  expect(await button(page, 'Acknowledge').count()).toBe(0);
  expect((await stage.hooktrail.alerts.get(id)).note).toBe('<b>moving</b> it');

  await button(page, 'Mute').click();
  await page.getByLabel('For how long').selectOption('day');
  await page.reload();
  await button(page, 'Mute').click();
  await page.getByText('did not save is here again').waitFor();
  expect(await page.getByLabel('For how long').inputValue()).toBe('day');
  await button(page, 'Mute them').click();
  await page.getByText('They are muted.').waitFor();
  expect(await page.evaluate('sessionStorage.length')).toBe(0);
  const [mute] = await stage.hooktrail.alertMutes.list();
  expect(mute).toMatchObject({ kind: 'failing', webhook: { id: stage.webhook.id } });
  const days = ((mute?.until?.getTime() ?? 0) - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(1);

  await stage.resolve(id);
  await page.goto(`${stage.url}/console/alerts?show=resolved`);
  await page.getByText('30 of 40 invocations failed').waitFor();
  await page.getByRole('link', { name: 'Alerts 1 open' }).waitFor();
  await button(page, 'Mutes').click();
  await page.getByRole('link', { name }).waitFor();
  expect(await cutOff(page)).toBe(0);
  expect(await problemsIn(page)).toEqual([]);
  await button(page, `End the mute of Webhook failing of ${name}`).click();
  await button(page, 'End 1 mute').click();
  await page.getByText('Nothing is muted').waitFor();
  // A mute of nothing in particular would silence everything.
  await button(page, 'Mute alerts').click();
  await button(page, 'Mute them').click();
  await page.getByText('Choose a kind, a webhook or both.').waitFor();
  await page.getByLabel('Kind').selectOption('node');
  await button(page, 'Cancel').click();
  await button(page, 'Mute alerts').click();
  expect(await page.getByLabel('Kind').inputValue()).toBe('');
  await page.getByLabel('Kind').selectOption('storage');
  await page.getByLabel('For how long').selectOption('ever');
  await button(page, 'Mute them').click();
  await page.getByRole('cell', { name: 'for ever' }).waitFor();
  // It is about no webhook.
  await page.getByRole('cell', { name: '–', exact: true }).waitFor();
  const [storage] = await stage.hooktrail.alertMutes.list();
  expect([storage?.kind, storage?.webhook, storage?.until ?? undefined]).toEqual([
    'storage',
    undefined,
    undefined,
  ]);
});

test('a rule is changed in words, with refusals at their fields, and set back', async () => {
  const { page } = await open('/console/alerts?show=rules');
  expect(await cutOff(page)).toBe(0);
  await button(page, 'Edit the rule Webhook failing').click();
  const dialog = page.getByRole('dialog', { name: 'Edit the rule Webhook failing' });
  await dialog.getByLabel('Threshold').fill('half');
  await button(page, 'Save the changes').click();
  await dialog.getByText('Threshold must be a number, got half.').waitFor();
  await dialog.getByLabel('Threshold').fill('25 %');
  await dialog.getByLabel('Bad for').fill('400 d');
  await button(page, 'Save the changes').click();
  await dialog.getByText(/^✕ Bad for must be/).waitFor();
  await dialog.getByLabel('Bad for').fill('2 min');
  await dialog.getByLabel('Quiet hours').selectOption('daily');
  await dialog.getByLabel('mon').uncheck();
  expect(await problemsIn(page)).toEqual([]);
  // A reload loses nothing.
  await page.reload();
  await button(page, 'Edit the rule Webhook failing').click();
  await dialog.getByText('did not save is here again').waitFor();
  await button(page, 'Save the changes').click();
  await page.getByText('The rule Webhook failing is saved.').waitFor();
  expect(await page.evaluate('sessionStorage.length')).toBe(0);
  await page.getByText('25.0 %').first().waitFor();
  const ruleOf = async () => {
    const rules = await stage.hooktrail.alertRules.list();
    return rules.find(({ kind }) => kind === 'failing');
  };
  expect(await ruleOf()).toMatchObject({
    threshold: 0.25,
    holdSeconds: 120,
    resolveSeconds: 600,
    isDefault: false,
    quietHours: {
      timeZone: 'Europe/Berlin',
      from: '22:00',
      to: '07:00',
      days: ['tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      exceptCritical: true,
    },
  });
  await button(page, 'Edit the rule Webhook failing').click();
  await button(page, 'Reset to the default').click();
  await page.getByText('is as it is by default').waitFor();
  expect(await ruleOf()).toMatchObject({ threshold: 0.5, holdSeconds: 300, isDefault: true });
});

test('a route is created, tested, changed without its URL and deleted', async () => {
  const { page } = await open('/console/alerts?show=routes');
  await button(page, 'Create a route').first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('On call');
  await dialog.getByLabel('URL').fill('not a URL');
  await button(page, 'Create the route').click();
  await dialog.getByText(/^✕ URL /).waitFor();
  await dialog.getByLabel('URL').fill(`${stage.receiver.url}/refuses`);
  expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('refuses');
  expect(await problemsIn(page)).toEqual([]);
  await button(page, 'Create the route').click();
  await page.getByText('On call is created').waitFor();

  await button(page, 'Send a test to On call').click();
  await page.getByText('On call did not take the test notice.').waitFor();
  // Before the list would be asked for again by itself.
  const last = page.getByRole('cell', { name: /^\W*failed the receiver answered 500/ });
  await last.waitFor({ timeout: 10_000 });
  await button(page, 'Edit On call').click();
  await dialog.getByText('Empty: the stored one stays').waitFor();
  await dialog.getByLabel('Severity').selectOption('critical');
  await dialog.getByLabel('Backlog').check();
  await button(page, 'Save the changes').click();
  await page.getByText('Backlog, critical ones').waitFor();
  expect(await cutOff(page)).toBe(0);
  await button(page, 'Edit On call').click();
  const path = `/takes/${'long'.repeat(20)}`;
  await dialog.getByLabel('URL').fill(`${stage.receiver.url}${path}`);
  await button(page, 'Save the changes').click();
  await page.getByText('On call is saved.').waitFor();
  await button(page, 'Send a test to On call').click();
  await page.getByText('On call took the test notice.').waitFor();
  expect(stage.receiver.requests.map((request) => request.path)).toContain(path);
  // Its URL has no place to break at, and the fields stay within the dialog.
  await page.setViewportSize({ width: 360, height: 800 });
  await button(page, 'Edit On call').click();
  await dialog.getByText(path).waitFor();
  const field = await dialog.getByLabel('URL').boundingBox();
  expect((field?.x ?? 0) + (field?.width ?? 360)).toBeLessThan(344);
  await button(page, 'Cancel').click();
  await page.setViewportSize({ width: 1280, height: 900 });
  expect(await problemsIn(page)).toEqual([]);
  await button(page, 'Delete On call').click();
  await button(page, 'Delete 1 route').click();
  await page.getByText('Nobody is notified yet').waitFor();
  expect(await stage.hooktrail.alertRoutes.list()).toEqual([]);
});

test('the bearer token of a route stays, is replaced or is removed', async () => {
  const { id } = await stage.hooktrail.alertRoutes.create({
    name: 'Alertmanager',
    kind: 'alertmanager',
    url: `${stage.receiver.url}/alertmanager`,
    bearerToken: 'first',
  });
  const { page } = await open('/console/alerts?show=routes');
  const dialog = page.getByRole('dialog');
  const token = dialog.getByLabel('Bearer token', { exact: true });
  const removal = dialog.getByLabel('Remove the stored bearer token');
  const sentWith = async () => {
    await stage.hooktrail.alertRoutes.test(id);
    return stage.receiver.requests.findLast(({ path }) => path.startsWith('/alertmanager'))?.headers
      .authorization;
  };
  const save = async (severity: string) => {
    await dialog.getByLabel('Severity').selectOption(severity);
    await button(page, 'Save the changes').click();
    await dialog.waitFor({ state: 'detached' });
  };
  await button(page, 'Edit Alertmanager').click();
  await dialog.getByText('Empty: a stored one stays.').waitFor();
  await save('critical');
  expect(await sentWith()).toBe('Bearer first');
  await button(page, 'Edit Alertmanager').click();
  await removal.check();
  // Whoever types another one wants that instead.
  await token.fill('second');
  expect(await removal.isChecked()).toBe(false);
  await save('warning');
  expect(await sentWith()).toBe('Bearer second');
  await button(page, 'Edit Alertmanager').click();
  await token.fill('third');
  await removal.check();
  expect(await token.inputValue()).toBe('');
  expect(await problemsIn(page)).toEqual([]);
  await save('critical');
  expect(await sentWith()).toBeUndefined();
  await stage.hooktrail.alertRoutes.delete(id);
});

test('a token of role read sees alerts and may change nothing', async () => {
  const { secret } = await stage.hooktrail.tokens.create({ name: 'reader', role: 'read' });
  await stage.open('breaker', 'critical', { reason: 'many failures' });
  const { page } = await open('/console/alerts', { token: secret });
  await page.getByRole('link', { name: 'Circuit breaker open' }).click();
  await heading(page, `Circuit breaker open: ${stage.webhook.name}`);
  for (const name of ['Acknowledge', 'Mute']) expect(await button(page, name).count()).toBe(0);
  for (const show of ['rules', 'mutes', 'routes']) {
    await page.goto(`${stage.url}/console/alerts?show=${show}`);
    await eventually('the answer', async () => (await page.locator('.skeleton').count()) === 0);
    const acts = page.getByRole('button', { name: /^(Edit|Mute alerts|End|Create|Send|Delete)/ });
    expect(await acts.count()).toBe(0);
  }
});

test('a job that stopped is named by what it does, on the overview and in its alert', async () => {
  const { jobs } = stage.hooktrail;
  const { id } = await jobs.wait(await jobs.create({ query: 'type:no.such webhook:none' }));
  const alertId = await stage.stopJob(id);
  const name = 'Replay: type:no.such webhook:none';
  const { page } = await open('/console/');
  const wrong = page.getByRole('region', { name: 'What is wrong' });
  await wrong.getByRole('link', { name }).waitFor();
  await page.goto(`${stage.url}/console/alerts?kind=job`);
  await page.getByRole('cell', { name }).waitFor();
  await page.goto(`${stage.url}/console/alerts/${alertId}`);
  await heading(page, `Job stopped: ${name}`);
  await page.getByRole('link', { name: 'Open the job' }).click();
  await heading(page, name);
});

test('what is left open asks for at most one statement each two seconds, and in a hidden tab for none', async () => {
  const facts = { failed: 30, settled: 40, window_seconds: 900 };
  const id = await stage.open('failures', 'critical', facts);
  const costs = new Map<string, number>();
  const lists = ['rules', 'mutes', 'routes'].map((show) => `/console/alerts?show=${show}`);
  for (const path of [`/console/alerts/${id}`, ...lists]) {
    const visited = await visit(browser, stage);
    visits.push(visited);
    const tab = await leaveOpen(visited, path);
    await expectIdle(stage, tab, { path, minutes: 1, costs });
    await tab.page.context().close();
  }
  await stage.resolve(id);
});
