import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '@hooktrail/harness/eventually';
import { openBrowser } from '@hooktrail/harness/open-browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ArchiveStage, startArchiveStage } from './testing/archive-stage.ts';
import { axeProblems } from './testing/axe-problems.ts';
import { HOSTILE } from './testing/hostile.ts';
import { expectIdle, leaveOpen } from './testing/left-open.ts';
import { sidewaysProblems } from './testing/sideways.ts';
import { type Visit, type VisitOptions, visit } from './testing/visit.ts';

/** The screens of the archive, and what of it stands in the lists. */

let stage: ArchiveStage;
let browser: Browser;
const visits: Visit[] = [];

beforeAll(async () => {
  [stage, browser] = await Promise.all([startArchiveStage(), openBrowser()]);
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

const query = (q: string) => `/console/invocations?q=${encodeURIComponent(q)}`;
const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

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

describe('sources', () => {
  test('are added after a check that is shown, with refusals at their fields', async () => {
    const { page } = await open('/console/');
    await heading(page, 'Overview');
    const wrong = page.getByRole('region', { name: 'What is wrong' });
    await wrong.getByText('A gap was found in seven days').waitFor();
    await wrong.getByRole('link', { name: 'acme' }).waitFor();
    await press(page, 'g', 'r');
    await heading(page, 'Sources');
    await button(page, 'Add a source').click();
    const dialog = page.getByRole('dialog', { name: 'Add a source' });
    await dialog.getByLabel('Name', { exact: true }).fill('not a name');
    await dialog.getByLabel('Account', { exact: true }).selectOption('server');
    await dialog.getByLabel('URL').fill(stage.remote.url);
    await dialog.getByLabel('Credentials').selectOption('access_token');
    await dialog.getByLabel('Access token').fill('an_agent');
    await dialog.getByLabel('Share of the requests, per cent').fill('half');
    const check = button(page, 'Check the credentials');
    await check.click();
    await dialog.getByText('must be a whole number, got half').waitFor();
    await dialog.getByLabel('Share of the requests, per cent').fill('50');
    await check.click();
    await dialog.getByText(/^✕ Name must be letters/).waitFor();
    await dialog.getByLabel('Name', { exact: true }).fill('second');
    stage.remote.callers.set({ accessToken: 'an_agent' }, 'agent');
    await check.click();
    await dialog.getByText('the credentials may not read this (403)').first().waitFor();
    stage.remote.callers.set({ accessToken: 'a_reader' }, 'reader');
    // Closed and opened again: nothing that was written is lost, and no secret was kept.
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('an_agent');
    await press(page, 'Escape');
    await button(page, 'Add a source').click();
    await dialog.getByText('Secrets are not kept').waitFor();
    expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('second');
    await dialog.getByLabel('Access token').fill('a_reader');
    await dialog.getByLabel('Secrets to resend with').selectOption('read');
    await check.click();
    await dialog.getByText('They may not read signing secrets').waitFor();
    expect((await stage.hooktrail.sources.list()).map(({ name }) => name)).toEqual(['acme']);
    expect(await problemsIn(page)).toEqual([]);
    // What is checked is what is added: a change asks for another check.
    await dialog.getByLabel('Months to keep rows').fill('12');
    expect(await button(page, 'Add the source').count()).toBe(0);
    await check.click();
    await button(page, 'Add the source').click();
    await heading(page, 'second');
    await page.getByText('12 months').waitFor();
    const [, second] = await stage.hooktrail.sources.list();
    expect(second).toMatchObject({ name: 'second', budgetShare: 50, keepMonths: 12 });
    // Its rows have the ids of those of `acme`, which other tests look for.
    await stage.hooktrail.sources.delete(second?.id ?? '');
  });

  test('say why they stand still, and are edited, paused, resumed and deleted in numbers', async () => {
    stage.remote.callers.set({ accessToken: 'short' }, 'reader');
    const { source } = await stage.hooktrail.sources.create({
      name: 'doomed',
      baseUrl: stage.remote.url,
      credentials: { accessToken: 'short' },
      bodies: { policy: 'none' },
    });
    await eventually('its rows', async () => {
      const { archived, webhooksUnread } = await stage.hooktrail.sources.get(source.id);
      return archived.rows === 7 && webhooksUnread === 0;
    });
    const { page } = await open(`/console/sources/${source.id}`);
    await heading(page, 'doomed');
    await page.getByText('Its logs are read as they grow.').waitFor();
    await button(page, 'Edit').click();
    await page.getByLabel('Months to keep rows').fill('1');
    await page
      .getByRole('dialog')
      .getByText(/So far 7 rows of 6 invocations were archived/)
      .waitFor();
    // What cannot be undone is said where it is done.
    await button(page, 'Save and remove older rows').waitFor();
    expect(await button(page, 'Save the changes').count()).toBe(0);
    await page.getByLabel('Months to keep rows').fill('');
    await page.getByLabel('Headers to mask too').fill('X-Customer');
    await button(page, 'Save the changes').click();
    await page.getByText('on, also X-Customer').waitFor();
    await button(page, 'Pause').click();
    await page.getByRole('dialog').getByText('is a gap').waitFor();
    await button(page, 'Stop reading 4 webhooks').click();
    await page.getByText('Somebody paused it').waitFor();
    expect((await stage.hooktrail.sources.get(source.id)).state).toBe('paused');
    expect(await button(page, 'Poll now').count()).toBe(0);
    await button(page, 'Resume').click();
    stage.remote.callers.set({ accessToken: 'short' }, undefined);
    await button(page, 'Read 4 webhooks again').click();
    await button(page, 'Poll now').click();
    await eventually('a failure', async () => {
      const { state } = await stage.hooktrail.sources.get(source.id);
      return state === 'failing';
    });
    await page.getByText('The service refuses the credentials').waitFor();
    await page.getByText('from').getByRole('time').first().waitFor();
    await button(page, 'Delete').click();
    await page.getByText('7 rows of 6 invocations, 0 of them with bodies, of 4 webhooks').waitFor();
    const sure = button(page, 'Delete 1 source');
    expect(await sure.isDisabled()).toBe(true);
    await page.getByLabel(/^Type/).fill('doomed');
    await sure.click();
    await heading(page, 'Sources');
    await expect(stage.hooktrail.sources.get(source.id)).rejects.toThrow('404');
  });

  test('show what is archived and missing, webhooks, those that are gone, and gaps with the way to them', async () => {
    const { page } = await open(`/console/sources/${stage.source}`);
    await heading(page, 'acme');
    await page.getByText('of 7 invocations; 0 came late').waitFor();
    const existing = page.getByRole('region', { name: 'Webhooks', exact: true });
    await existing.getByText('Orders').waitFor();
    expect(await existing.getByRole('row').count()).toBe(5);
    const gone = page.getByRole('region', { name: 'Webhooks that are gone' });
    await gone.getByRole('row').filter({ hasText: 'Doomed' }).getByText('gone').waitFor();
    const gaps = page.getByRole('region', { name: 'Gaps' });
    await gaps.getByText('the webhook was deleted before its log was read').waitFor();
    expect(await problemsIn(page)).toEqual([]);
    await gaps.getByRole('link', { name: 'See this span of Doomed' }).click();
    // Nothing finished in the span: the list has the gap where rows would be.
    await page.getByText('Nobody knows what finished in the gaps below.').waitFor();
    const line = page.getByRole('row').filter({ hasText: 'nothing is known between' });
    await line.getByText('of Doomed, archived from acme').waitFor();
    await page.getByRole('status').getByText('1 gap in the archive').waitFor();
  });

  test('poll when somebody asks', async () => {
    const { page } = await open('/console/sources/acme');
    await heading(page, 'acme');
    const before = stage.remote.requests.count;
    await button(page, 'Poll now').click();
    await page.getByText('The logs of 4 webhooks are read now').waitFor();
    await eventually('requests', () => stage.remote.requests.count >= before + 5);
  });
});

describe('in the lists', () => {
  test('archived rows say so, and a gap stands between them that nobody selects', async () => {
    const { page } = await open(query('origin:acme'));
    await page.getByText('7 loaded').waitFor();
    const orders = page.getByRole('row').filter({ hasText: 'Orders' });
    expect(await orders.count()).toBe(3);
    await orders.first().getByText('archived from acme').waitFor();
    const rows = page.getByRole('row');
    const gap = rows.filter({ hasText: 'nothing is known between' });
    expect(await gap.count()).toBe(1);
    expect(await gap.getByRole('checkbox').count()).toBe(0);
    // Its webhook had its newest row five hours ago: the gap ends now, above all rows.
    const index = async (row: typeof gap) => Number(await row.getAttribute('aria-rowindex'));
    expect(await index(gap)).toBe(2);
    expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('9');
    expect(await problemsIn(page)).toEqual([]);
    // Rows are wider than a phone; what a gap says is not.
    await page.setViewportSize({ width: 360, height: 800 });
    const cut = `[...document.querySelectorAll('.gap-row :is(a, time, .soft)')].filter((one) => {
      const cell = one.closest('.cell').getBoundingClientRect();
      const { bottom, left, right, top, width } = one.getBoundingClientRect();
      return width < 9 || left < cell.left || right > Math.min(cell.right, innerWidth) ||
        top < cell.top || bottom > cell.bottom || one.scrollWidth > Math.ceil(width);
    }).map((one) => one.textContent)`;
    expect(await page.evaluate(cut)).toEqual([]);
    await page.locator('.grid').evaluate('(grid) => grid.scrollTo(300, 0)');
    expect(await page.evaluate(cut)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    // The keys stop at it, and it is not among what is selected.
    await press(page, 'j');
    await gap.getByRole('link').and(page.locator(':focus')).waitFor();
    await press(page, 'x', 'j', 'x');
    await page.getByText('1 selected').waitFor();
    // Nothing archived is replayed; it is resent.
    await button(page, 'Resend 1 archived invocation').waitFor();
    expect(await page.getByRole('button', { name: /^Replay \d/ }).count()).toBe(0);
    await page.getByLabel('Select all loaded rows').check();
    await page.getByText('7 selected').waitFor();
    await page.evaluate('document.activeElement.blur()');
    await press(page, 'k');
    await gap.getByRole('link').and(page.locator(':focus')).waitFor();
    await press(page, 'Enter');
    await heading(page, 'acme');
  });

  test('a row narrows to its origin', async () => {
    const { page } = await open('/console/invocations?cols=created,origin,status');
    const row = page.getByRole('row').filter({ hasText: 'server error' }).first();
    await row.hover();
    await row.getByRole('button', { name: 'Only this origin' }).click();
    await eventually(
      'the query',
      () => new URL(page.url()).searchParams.get('q') === 'origin:acme',
    );
    await page.getByText('7 loaded').waitFor();
  });

  test('an archived invocation shows outcomes without a request, and no replay', async () => {
    const { answered, held, unsent } = stage.invocations;
    const { page } = await open(`/console/invocations/${held}`);
    const axis = page.getByRole('list', { name: 'What happened, oldest first' });
    await axis.getByText('Throttled: no request').waitFor();
    await axis.getByText('Attempt 1').waitFor();
    const facts = page.getByRole('region', { name: 'Facts' });
    await facts.getByRole('link', { name: 'acme' }).waitFor();
    await facts.getByText('Orders').waitFor();
    expect(await page.getByRole('button', { name: /^Replay/ }).count()).toBe(0);
    await page.evaluate('document.activeElement.blur()');
    // The key of a replay asks about a resend.
    await press(page, 'r');
    await page.getByRole('dialog', { name: 'Resend this invocation' }).waitFor();
    await press(page, 'Escape');
    expect(await problemsIn(page)).toEqual([]);
    await page.goto(`${stage.url}/console/invocations/${unsent}`);
    await axis.getByText('Circuit broken: no request').waitFor();
    await page.getByText('acme has made no request of it').waitFor();
    // The log of the service has no URL: there is nothing to copy.
    await page.goto(`${stage.url}/console/invocations/${answered}`);
    await page.getByText('neither the method nor the URL').waitFor();
    expect(await button(page, 'Copy as curl').count()).toBe(0);
    await facts.getByRole('link', { name: 'acme' }).click();
    await heading(page, 'acme');
  });
});

describe('resend', () => {
  const sent = (id: string) =>
    stage.receiver.requests.filter(
      ({ headers }) => headers['x-zendesk-webhook-invocation-id'] === id,
    ).length;

  test('one is sent after a question that says where to and how it is signed', async () => {
    const { answered, unsent } = stage.invocations;
    const { page } = await open(`/console/invocations/${unsent}`);
    await page.getByText('acme has made no request of it').waitFor();
    // Nothing was sent: there is nothing to build a request of.
    expect(await button(page, 'Resend').count()).toBe(0);
    await page.goto(`${stage.url}/console/invocations/${answered}`);
    await button(page, 'Resend').waitFor();
    await page.evaluate('document.activeElement.blur()');
    await press(page, 'r');
    const dialog = page.getByRole('dialog', { name: 'Resend this invocation' });
    await dialog.getByText('the endpoint of Orders').waitFor();
    await dialog.getByText('as the source reads it from the account').waitFor();
    await dialog.getByLabel('Send to').selectOption({ label: 'Ours' });
    await dialog.getByText('with the secret of Ours').waitFor();
    expect(await problemsIn(page)).toEqual([]);
    await button(page, 'Resend 1 invocation').click();
    await page.getByText(/^The resend ended as success with 200\./).waitFor();
    expect(sent(answered)).toBe(1);
    // It is in the time axis, with its request and the answer.
    const axis = page.getByRole('list', { name: 'What happened, oldest first' });
    await axis.getByRole('button', { name: 'Attempt 2' }).waitFor();
    await axis.getByText('resend', { exact: true }).waitFor();
  });

  test('the selected ones are sent by a job after a dry run', async () => {
    const { answered, unsent } = stage.invocations;
    const { page } = await open(query(`invocation:${answered},${unsent}`));
    await page.getByText('2 loaded').waitFor();
    await page.getByLabel(`Select ${answered}`).check();
    await page.getByLabel(`Select ${unsent}`).check();
    await button(page, 'Resend all 2 that match').waitFor();
    expect(await page.getByRole('button', { name: /^Replay/ }).count()).toBe(0);
    await button(page, 'Resend 2 archived invocations').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('cannot be rebuilt', { exact: true }).waitFor();
    await dialog.getByText('1 will be skipped').waitFor();
    await dialog.getByLabel('Send to').selectOption({ label: 'Ours' });
    await dialog.getByText('Their own endpoints get nothing.').waitFor();
    await dialog.getByLabel('Send also what was delivered').check();
    const before = sent(answered);
    await button(page, 'Resend 1 invocation').click();
    await page.waitForURL(/jobs\/01/);
    await page.getByText('cannot be rebuilt').first().waitFor();
    await eventually('the request', () => sent(answered) === before + 1);
    const { items } = await stage.hooktrail.jobs.list();
    expect(items[0]).toMatchObject({ kind: 'resend' });
  });
});

describe('reconcile', () => {
  const NUMBERS = {
    listed: 40,
    arrived: 30,
    not_arrived: 3,
    failed: 4,
    failed_arrived: 1,
    never_sent: 2,
    not_listed: 5,
  };

  test('has one number first, those by webhook and hour, and each leads to what is behind it', async () => {
    const { page } = await open('/console/sources/acme');
    await page.getByRole('link', { name: 'Reconcile' }).click();
    await heading(page, 'Reconcile acme');
    // No webhook of the double sends to an inbox: that nothing is missing would be no news.
    await page.getByText('nothing is compared').waitFor();
    expect(await page.getByText('0 missing').count()).toBe(0);
    await page.getByText('No webhook sends to an inbox').waitFor();
    const hour = '2026-11-29T10:00:00.000Z';
    const webhook = { id: '01J0000000000000000000000A', name: HOSTILE.name };
    const inbox = { id: '01J0000000000000000000000B', name: 'Zendesk' };
    const row = { hour, webhook, inbox, from: hour, to: '2026-11-29T11:00:00.000Z', ...NUMBERS };
    const meta = { has_more: false, from: hour, to: row.to, webhooks: 1, compared_until: row.to };
    const body = { hours: [{ ...row, unknown: 'outage' }], total: NUMBERS, links: {} };
    let answer: object = { ...body, missing: 3, meta };
    await page.route(/\/v1\/sources\/\w+\/reconcile(\/invocations)?\?/, (route) => {
      const isList = route.request().url().includes('/invocations');
      const one = {
        id: stage.invocations.answered,
        webhook,
        kind: 'not_arrived',
        created_at: hour,
      };
      return route.fulfill({
        json: isList
          ? { invocations: [{ ...one, status: 'success' }], meta: { has_more: false }, links: {} }
          : answer,
      });
    });
    await page.reload();
    await page.getByText('3 missing').waitFor();
    await page.getByText('lists them as delivered, and no inbox got them').waitFor();
    const line = page.getByRole('row').filter({ hasText: HOSTILE.name });
    await line.getByText('more may have been sent').waitFor();
    expect(await problemsIn(page)).toEqual([]);
    const asked = page.waitForRequest(/reconcile\/invocations/);
    await line.getByRole('link', { name: /^Not arrived: 3/ }).click();
    const parameters = new URL((await asked).url()).searchParams;
    expect(Object.fromEntries(parameters)).toMatchObject({
      kind: 'not_arrived',
      from: hour,
      to: row.to,
      webhook: webhook.id,
    });
    await page.getByText('somebody in between took it and dropped it').waitFor();
    expect(await problemsIn(page)).toEqual([]);
    await page.getByRole('link', { name: stage.invocations.answered }).waitFor();
    await page.getByRole('link', { name: 'All numbers' }).click();
    await page.getByText('3 missing').waitFor();
    // Nothing is missing of what is known, which is not all.
    const gap = { webhook, source: 'acme', from: hour, to: row.to, reason: 'outage' };
    const late = { ...meta, to: new Date().toISOString(), gaps: [gap] };
    answer = { ...body, missing: 0, meta: { ...late, compared_until: '2026-01-01T00:00:00.000Z' } };
    await page.reload();
    await page.getByText('0 missing').waitFor();
    const said = page.locator('.why.hold');
    await said
      .getByText('1 gap touches this span: nobody knows what else was sent in it')
      .waitFor();
    await said.getByText('and nothing since: is the source read?').waitFor();
  });
});

describe('inboxes', () => {
  test('are created with an address that is shown once, edited, rotated and deleted', async () => {
    const { page } = await open('/console/sources');
    await heading(page, 'Sources');
    await press(page, 'g', 'l');
    await heading(page, 'Inboxes');
    await page.getByText('No inboxes yet').waitFor();
    expect(await problemsIn(page)).toEqual([]);
    await button(page, 'Create an inbox').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill(HOSTILE.name);
    await button(page, 'Create the inbox').click();
    await dialog.getByText('✕ Secrets is required with the scheme zendesk').waitFor();
    await dialog.getByLabel('Secrets').fill('0123456789abcdef');
    await dialog.getByLabel('Event type', { exact: true }).fill('zendesk.ticket');
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('0123456789abcdef');
    await button(page, 'Create the inbox').click();
    const shown = page.getByText(/\/in\/hi_/);
    const address = (await shown.textContent())?.trim() ?? '';
    expect(address.startsWith(stage.url)).toBe(true);
    await page.reload();
    await page.getByRole('link', { name: HOSTILE.name }).click();
    await heading(page, HOSTILE.name);
    await page.getByText('not stored: it is shown when it is made.').waitFor();
    expect(await shown.count()).toBe(0);
    expect(await problemsIn(page)).toEqual([]);
    await button(page, 'Edit').click();
    await dialog.getByLabel('Tolerance').fill('10 min');
    await button(page, 'Save the changes').click();
    await page.getByText('10 min before or after now').waitFor();
    const [inbox] = await stage.hooktrail.inboxes.list();
    // The secrets that are stored stay.
    expect(inbox).toMatchObject({ toleranceSeconds: 600, secretsCount: 1 });
    await button(page, 'Replace the address').click();
    await dialog.getByLabel('The address of now stays valid').selectOption('0');
    await button(page, 'Replace 1 address').click();
    await shown.waitFor();
    expect((await shown.textContent())?.trim()).not.toBe(address);
    const status = async () => (await fetch(address, { method: 'POST', body: '{}' })).status;
    expect(await status()).toBe(404);
    await button(page, 'Delete').click();
    await page.getByLabel(/^Type/).fill(HOSTILE.name);
    await button(page, 'Delete 1 inbox').click();
    await page.getByText('No inboxes yet').waitFor();
    expect(await stage.hooktrail.inboxes.list()).toEqual([]);
  });
});

describe('who may do what', () => {
  test('a token that only reads sees all of it and is offered no act', async () => {
    const { hooktrail } = stage;
    const inbox = await hooktrail.inboxes.create({ name: 'Read only', scheme: 'none' });
    const token = await hooktrail.tokens.create({ name: 'reader', role: 'read' });
    const { page, context } = await open('/console/sources', { token: token.secret });
    await page.getByRole('link', { name: 'acme' }).waitFor();
    const acts = /^(Add|Create|Edit|Pause$|Resume$|Poll|Delete|Replay|Replace|Resend|Save)/;
    for (const path of [
      '/console/sources',
      `/console/sources/${stage.source}`,
      '/console/inboxes',
      `/console/inboxes/${inbox.id}`,
      `/console/invocations/${stage.invocations.held}`,
    ]) {
      await page.goto(stage.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      const names = await page.getByRole('main').getByRole('button').allInnerTexts();
      expect(
        names.filter((name) => acts.test(name)),
        path,
      ).toEqual([]);
    }
    // Whoever has the address of an inbox may publish.
    await page.goto(`${stage.url}/console/sources/${stage.source}`);
    await page.getByText('https://shop.example/in/********').waitFor();
    const base = `${stage.url}/v1/sources/${stage.source}`;
    for (const path of [
      `${base}/pause`,
      `${base}/poll`,
      `${stage.url}/v1/inboxes/${inbox.id}/rotate`,
    ]) {
      const answer = await context.request.post(path, { data: {}, headers: { origin: stage.url } });
      expect(answer.status()).toBe(403);
    }
    await hooktrail.inboxes.delete(inbox.id);
  });

  test("another account's sources and inboxes are unknown", async () => {
    const { hooktrail } = stage;
    const inbox = await hooktrail.inboxes.create({ name: 'Ours', scheme: 'none' });
    const account = await hooktrail.accounts.create({ name: 'Another' });
    const token = await hooktrail.tokens.create(
      { name: 'theirs', role: 'admin' },
      { accountId: account.id },
    );
    const { page } = await open('/console/sources', { token: token.secret });
    await page.getByText('No sources yet').waitFor();
    expect(await problemsIn(page)).toEqual([]);
    for (const [path, what] of [
      [`/console/sources/${stage.source}`, `Source ${stage.source}`],
      ['/console/sources/acme', 'Source acme'],
      [`/console/inboxes/${inbox.id}`, `Inbox ${inbox.id}`],
    ] as const) {
      await page.goto(stage.url + path);
      await page.getByText(`${what} could not be loaded.`).waitFor();
      expect(await page.getByText('Orders').count()).toBe(0);
    }
    await hooktrail.inboxes.delete(inbox.id);
  });

  test('names of a remote account run nothing, however long and in whatever direction', async () => {
    const { page } = await open(query('origin:acme'));
    let ran = 0;
    await page.exposeFunction('boom', () => ran++);
    for (const path of [query('origin:acme'), `/console/sources/${stage.source}`]) {
      await page.goto(stage.url + path);
      await page.getByText('onerror=boom()').first().waitFor();
      await page.getByText('הזמנות שלום').first().waitFor();
      await page
        .getByText(/^(long ){40}/)
        .first()
        .waitFor();
      expect(await page.locator('main img, main script:not([src])').count()).toBe(0);
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect(Number(await page.evaluate(wide)), `${path} at ${width}`).toBeLessThanOrEqual(0);
      }
    }
    expect(ran).toBe(0);
  });
});

describe('what is ours', () => {
  test('is copied as a command that sends it again, and says on the time axis that it is held', async () => {
    const { hooktrail, receiver } = stage;
    const { id } = await hooktrail.webhooks.create({
      name: 'Slow',
      endpoint: `${receiver.url}/slow?it's=1`,
      httpMethod: 'POST',
      requestFormat: 'json',
      status: 'active',
      subscriptions: ['ours.held'],
    });
    await hooktrail.webhooks.updateDelivery(id, { rateLimit: { requests: 1, seconds: 3_600 } });
    const publish = (note: string) =>
      hooktrail.events.publish({ type: 'ours.held', detail: { note } });
    const { invocations: sent } = await publish("it's sent");
    const arrived = () => receiver.requests.filter(({ path }) => path.startsWith('/slow'));
    await eventually('its delivery', () => arrived().length === 1);
    const { invocations: held } = await publish('held');

    const { context, page } = await open(`/console/invocations/${sent[0]?.id}`);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stage.url });
    await button(page, 'Copy as curl').click();
    await button(page, 'Copied').waitFor();
    const command = String(await page.evaluate('navigator.clipboard.readText()'));
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 /);
    const [first, again] = arrived();
    expect(again?.body.toString()).toBe(first?.body.toString());
    expect(first?.body.toString()).toContain("it's sent");
    const signature = 'x-zendesk-webhook-signature';
    expect(again?.headers[signature]).toBe(first?.headers[signature]);

    await page.goto(`${stage.url}/console/invocations/${held[0]?.id}`);
    const axis = page.getByRole('list', { name: 'What happened, oldest first' });
    const step = axis.getByRole('listitem').filter({ hasText: 'Held by the rate limit' });
    await step.getByText('the rate limit is reached: 1 request in 1 h').waitFor();
    await axis.getByText('Next attempt in').waitFor();
  });
});

test('what is left open asks for at most one statement each two seconds, and in a hidden tab for none', async () => {
  const { inboxes } = stage.hooktrail;
  const inbox = await inboxes.create({ name: 'Left open', scheme: 'none' });
  const source = `/console/sources/${stage.source}`;
  const costs = new Map<string, number>();
  for (const path of [
    source,
    `${source}/reconcile`,
    '/console/inboxes',
    `/console/inboxes/${inbox.id}`,
  ]) {
    const visited = await visit(browser, stage);
    visits.push(visited);
    const tab = await leaveOpen(visited, path);
    await expectIdle(stage, tab, { path, minutes: 1, costs });
    await tab.page.context().close();
  }
  await inboxes.delete(inbox.id);
});
