import { eventually } from '@hooktrail/harness/eventually';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { axeProblems } from './testing/axe-problems.ts';
import { HOSTILE } from './testing/hostile.ts';
import { openBrowser } from './testing/open-browser.ts';
import { type Stage, startStage } from './testing/stage.ts';
import { type Visit, type VisitOptions, visit } from './testing/visit.ts';

let stage: Stage;
let browser: Browser;
/** A job that selects nothing. */
let emptyJob: string;
const visits: Visit[] = [];

beforeAll(async () => {
  [stage, browser] = await Promise.all([startStage(), openBrowser()]);
  // Every failing invocation has its second attempt, and then waits for an hour.
  await eventually('25 second attempts', async () => {
    const { live } = await stage.hooktrail.counts('attempts:2', {});
    return live?.invocations === 25;
  });
  emptyJob = (await stage.hooktrail.jobs.create({ query: 'type:no.such' })).id;
});

afterEach(async () => {
  const open = visits.splice(0);
  for (const { context } of open) await context.close();
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

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

const idOf = (name: string) => stage.webhooks.get(name) ?? '';

async function firstOf(q: string) {
  const { items } = await stage.hooktrail.invocations.list(q, { pageSize: 1 });
  const [first] = items;
  if (first === undefined) throw new Error(`nothing matches ${q}`);
  return first;
}

const query = (q: string) => `/console/invocations?q=${encodeURIComponent(q)}`;

/** Presses keys one after the other. */
async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Tabs to the element that has this name, as somebody without a mouse does. */
async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  for (let count = 0; count < 80; count++) {
    const found = await page.evaluate(
      '(() => { const e = document.activeElement; return (e?.labels?.[0]?.textContent || e?.getAttribute("aria-label") || e?.textContent || "").trim() })()',
    );
    const text = String(found);
    if (typeof name === 'string' ? text === name : name.test(text)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`no Tab leads to ${name}`);
}

describe('signing in', () => {
  test('a token opens the screen that the URL names; a wrong one says so', async () => {
    const { page } = await open('/console/webhooks', { token: null });
    await page.getByLabel('API token').fill('not-a-token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This token is not valid').waitFor();
    await page.getByLabel('API token').fill(stage.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading(page, 'Webhooks');
    await page.reload();
    await heading(page, 'Webhooks');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API token').waitFor();
    await page.reload();
    await page.getByLabel('API token').waitFor();
  });

  test('a revoked token ends the session; another one goes on at the same place', async () => {
    const token = await stage.hooktrail.tokens.create({ name: 'short', role: 'admin' });
    const { page } = await open(query('status:success'), { token: token.secret });
    await page.getByText('all that match').waitFor();
    await stage.hooktrail.tokens.revoke(token.id);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('Your session has ended').waitFor();
    await page.getByLabel('API token').fill(stage.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('all that match').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('status:success');
  });
});

describe('every screen', () => {
  test.each(['light', 'dark'] as const)(
    'is complete and accessible in the %s theme, at 1280 and 360 pixels',
    async (theme) => {
      const failing = await firstOf('type:ticket.failing');
      const screens: [path: string, title: string | RegExp, content: string | RegExp][] = [
        ['/console/', 'Overview', '16 of 16 attempts failed in 24 hours'],
        ['/console/invocations', 'Invocations', 'all that match'],
        [query('code:5xx'), 'Invocations', 'No chart'],
        [query('type:no.such'), 'Invocations', 'Nothing matches this query'],
        [`/console/invocations/${failing.id}`, failing.id, 'Next attempt in'],
        ['/console/undelivered', 'Undelivered now', '25 in all'],
        ['/console/jobs', 'Jobs', 'type:no.such'],
        [`/console/jobs/${emptyJob}`, emptyJob, 'were delivered already'],
        ['/console/webhooks', 'Webhooks', 'order.paid'],
        ['/console/webhooks/new', 'Create a webhook', 'Send 1 test request'],
        [`/console/webhooks/${idOf('Failing')}`, 'Failing', 'Rules in effect'],
        ['/console/events', 'Events', 'hostile.text'],
        [`/console/events/${failing.eventId}`, String(failing.eventId), 'from the stage'],
        ['/console/publish', 'Publish', 'Publish 1 event'],
        ['/console/tokens', 'Tokens', 'Create the token'],
        ['/console/audit', 'Audit', 'createWebhook'],
        ['/console/account', 'Account', '/detail/id'],
        ['/console/nowhere', /./, 'There is no such screen'],
      ];
      const { page } = await open('/console/', { theme });
      const problems: string[] = [];
      for (const [path, title, content] of screens) {
        await page.goto(stage.url + path);
        if (typeof title === 'string') await heading(page, title);
        await page.getByText(content).first().waitFor();
        problems.push(...(await axeProblems(page)).map((problem) => `${path}: ${problem}`));
        await page.setViewportSize({ width: 360, height: 800 });
        const wide = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        if (Number(wide) > 0) problems.push(`${path}: ${wide} pixels too wide at 360`);
        await page.setViewportSize({ width: 1280, height: 900 });
      }
      expect(problems).toEqual([]);
    },
  );

  test('says what failed, and tries again', async () => {
    const { page } = await open('/console/events');
    await heading(page, 'Events');
    await page.route('**/v1/audit*', (route) => route.fulfill({ status: 404, body: '{}' }));
    await press(page, 'g', 'a');
    await page.getByText('The list could not be loaded.').waitFor();
    await page.unroute('**/v1/audit*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('createWebhook').first().waitFor();
  });
});

describe('the keyboard alone', () => {
  test('finds a failed invocation and says why', async () => {
    const { page } = await open('/console/');
    await heading(page, 'Overview');
    await press(page, 'g', 'i');
    await heading(page, 'Invocations');
    await page.getByText('loaded').waitFor();
    await press(page, '/');
    await page.keyboard.type('status:"server error" webhook:Failing');
    await press(page, 'Enter', 'Escape');
    await page.getByText('8 loaded').waitFor();
    await press(page, 'j', 'j', 'Enter');
    await page.getByText('Attempt 2 ended as server error with 500').first().waitFor();
    await page.getByText('Next attempt in').waitFor();
    await press(page, 'u');
    await page.getByText('8 loaded').waitFor();
  });

  test('replays what failed in the last hour', async () => {
    const { page } = await open(query('status:"client error" since:1h'));
    await page.getByText('8 loaded').waitFor();
    await press(page, 'j', 'x', 'j', 'x');
    await page.getByText('2 selected').waitFor();
    await tabTo(page, 'Select all loaded rows', 'Shift+Tab');
    await press(page, 'Space');
    await page.getByText('8 selected').waitFor();
    const before = stage.receiver.requests.filter(({ path }) => path === '/403').length;
    await tabTo(page, 'Replay 8 invocations', 'Shift+Tab');
    await press(page, 'Enter');
    await page.getByText('One request each goes to the endpoint at once').waitFor();
    await tabTo(page, 'Cancel');
    await press(page, 'Tab', 'Enter');
    await page.getByText('8 invocations will be sent again.').waitFor();
    await eventually(
      '8 replays',
      () => stage.receiver.requests.filter(({ path }) => path === '/403').length === before + 8,
    );
  });

  test('creates a webhook and sees its first delivery', async () => {
    const { page } = await open('/console/');
    await heading(page, 'Overview');
    await press(page, 'g', 'w');
    await heading(page, 'Webhooks');
    await tabTo(page, 'Create a webhook');
    await press(page, 'Enter');
    await heading(page, 'Create a webhook');
    await tabTo(page, 'Name');
    await page.keyboard.type('By keyboard');
    await press(page, 'Tab');
    await page.keyboard.type(`${stage.receiver.url}/ok`);
    await press(page, 'Tab');
    await page.keyboard.type('by.keyboard');
    await tabTo(page, 'Send 1 test request');
    await press(page, 'Enter');
    await page.getByText('HTTP 200').waitFor();
    await page.evaluate('document.activeElement.blur()');
    await tabTo(page, 'Create the webhook');
    await press(page, 'Enter');
    await heading(page, 'By keyboard');
    await press(page, 'g', 'p');
    await heading(page, 'Publish');
    await tabTo(page, 'Event, as JSON');
    await press(page, 'Control+a');
    await page.keyboard.insertText('{"type":"by.keyboard","detail":{"n":1.10}}');
    await tabTo(page, 'Publish 1 event');
    await press(page, 'Enter');
    await page.getByText('1 webhooks get it, 0 are skipped').waitFor();
    await page.evaluate('document.activeElement.blur()');
    await tabTo(page, /^01[0-9A-Z]{24}$/);
    await press(page, 'Enter');
    await page.getByText('HTTP 200').waitFor();
    await page.getByText('"n":1.10').first().waitFor();
  });

  test('? lists the keys, and Escape closes them', async () => {
    const { page } = await open('/console/webhooks');
    await heading(page, 'Webhooks');
    await press(page, '?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await press(page, 'Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});

describe('the list of invocations', () => {
  test('completes fields, values and names, and says what is wrong with a query', async () => {
    const { page } = await open('/console/invocations');
    const line = page.getByRole('combobox', { name: 'Query' });
    await line.click();
    await page.keyboard.type('sta');
    await page.getByRole('option', { name: /^status:/ }).waitFor();
    await press(page, 'Tab');
    await page.keyboard.type('server');
    await press(page, 'ArrowDown', 'Enter');
    await page.keyboard.type('webhook:ord');
    await page.getByRole('option', { name: /Orders, EU/ }).waitFor();
    await press(page, 'Tab', 'Enter');
    await page.getByText('Nothing matches this query').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe(
      'status:"server error" webhook:"Orders, EU"',
    );
    await line.fill('stauts:failed');
    await press(page, 'Enter');
    await page.getByRole('alert').getByText('status').waitFor();
  });

  test('a cell includes and excludes itself, and the URL is the view', async () => {
    const { page } = await open(query('state:undelivered'));
    await page.getByText('25 loaded').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'Nobody listens' }).first();
    await row.getByRole('button', { name: 'Only this webhook' }).click();
    await page.getByText('8 loaded').waitFor();
    await page.reload();
    await page.getByText('8 loaded').waitFor();
    await page.goBack();
    await page.getByText('25 loaded').waitFor();
    await row.getByRole('button', { name: 'Without this webhook' }).click();
    await page.getByText('17 loaded').waitFor();
  });

  test('has the columns that the reader chose, and keeps them', async () => {
    const { page } = await open('/console/invocations');
    await page.getByText('Columns', { exact: true }).click();
    await page.getByLabel('Trigger').check();
    await page.getByRole('columnheader', { name: 'Trigger' }).waitFor();
    await page.goto(`${stage.url}/console/invocations`);
    await page.getByRole('columnheader', { name: 'Trigger' }).waitFor();
  });

  test('dragging over the chart narrows the list to that time', async () => {
    const { page } = await open(query('webhook:Healthy'));
    const chart = page.getByRole('slider');
    const box = await chart.boundingBox();
    if (box === null) throw new Error('no chart');
    await page.mouse.move(box.x + box.width - 60, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 2, box.y + 20);
    await page.mouse.up();
    await page.waitForURL(/completed/);
    await page.getByText('60 loaded').waitFor();
    // By keyboard, too.
    await chart.focus();
    await press(page, 'ArrowLeft', 'Enter');
    await page.waitForURL(/completed/);
  });

  test('new rows wait behind a button, and p holds them back', async () => {
    const { page } = await open(query('type:live.row'));
    await page.getByText('Nothing matches this query').waitFor();
    const id = (
      await stage.hooktrail.webhooks.create({
        name: 'Live',
        endpoint: `${stage.receiver.url}/ok`,
        httpMethod: 'POST',
        requestFormat: 'json',
        status: 'active',
        subscriptions: ['live.row'],
      })
    ).id;
    await stage.hooktrail.events.publish({ type: 'live.row' });
    await page.getByRole('button', { name: '1 new' }).waitFor();
    await press(page, 'n');
    await page.getByText('1 loaded').waitFor();
    await press(page, 'p');
    await page.getByRole('button', { name: 'Resume updates' }).waitFor();
    await stage.hooktrail.webhooks.delete(id);
  });
});

describe('an invocation', () => {
  test('shows bodies raw, pretty with all digits and the order of keys, and in hex', async () => {
    const { id } = await firstOf('type:hostile.text');
    const { page } = await open(`/console/invocations/${id}`);
    const pretty = page.getByRole('button', { name: 'Request body pretty' });
    await pretty.click();
    await page.getByText('12345678901234567890.10').waitFor();
    const text = String(await page.locator('pre.text').first().textContent());
    expect(text.indexOf('"b": 1')).toBeLessThan(text.indexOf('"a": 12345678901234567890.10'));
    expect(text.indexOf('"b": 1')).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Request body hex' }).click();
    await page.getByText('00000000  7b 22').waitFor();
  });

  test('compares two attempts, replays, and sends to another webhook as a test', async () => {
    const { id } = await firstOf('type:ticket.failing');
    const { page } = await open(`/console/invocations/${id}`);
    await page.getByLabel(/^Compare attempt/).selectOption({ index: 1 });
    await page.getByText('lines differ').waitFor();
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByRole('button', { name: 'Replay 1 invocation' }).click();
    await page.getByRole('button', { name: 'Attempt 3' }).waitFor();
    await page.getByRole('button', { name: 'Send as a test' }).click();
    await page.getByRole('dialog').getByLabel('Webhook').selectOption({ label: 'Healthy' });
    await page.getByRole('button', { name: 'Send 1 test request to Healthy' }).click();
    await page.getByText('HTTP 200').waitFor();
  });
});

describe('a webhook', () => {
  test('is paused, resumed, edited, its secret replaced, and deleted after its name is typed', async () => {
    const { id } = await stage.hooktrail.webhooks.create({
      name: 'To be changed',
      endpoint: `${stage.receiver.url}/ok`,
      httpMethod: 'POST',
      requestFormat: 'json',
      status: 'active',
      subscriptions: ['changed.type'],
      authentication: { type: 'bearer_token', data: { token: 's3cret' }, addPosition: 'header' },
    });
    const { page } = await open(`/console/webhooks/${id}`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Pause deliveries' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Resume deliveries' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Changed');
    await page.getByRole('button', { name: 'Save the changes' }).click();
    await heading(page, 'Changed');
    const after = await stage.hooktrail.webhooks.get(id);
    expect(after).toMatchObject({ name: 'Changed', authentication: { type: 'bearer_token' } });
    const before = await stage.hooktrail.webhooks.getSigningSecret(id);
    await page.getByRole('button', { name: 'Replace the secret' }).click();
    const replace = page.getByRole('dialog').getByRole('button', { name: 'Replace the secret' });
    expect(await replace.isDisabled()).toBe(true);
    await page.getByLabel(/^Type/).fill('Changed');
    await replace.click();
    await page.getByText('still signs too').waitFor();
    const { secret } = await stage.hooktrail.webhooks.getSigningSecret(id);
    expect(secret).not.toBe(before.secret);
    await page.getByText(secret).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByLabel(/^Type/).fill('Changed');
    await page.getByRole('button', { name: 'Delete 1 webhook' }).click();
    await heading(page, 'Webhooks');
    await expect(stage.hooktrail.webhooks.get(id)).rejects.toThrow('404');
  });
});

describe('tokens and keys', () => {
  test('a token is created, shown once and revoked', async () => {
    const { page } = await open('/console/tokens');
    await page.getByLabel('Name of a new token').fill('From the console');
    await page.getByRole('button', { name: 'Create the token' }).click();
    await page.getByText('shown this once').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'From the console' });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByLabel(/^Type/).fill('From the console');
    await page.getByRole('button', { name: 'Revoke 1 token' }).click();
    await row.waitFor({ state: 'detached' });
  });

  test('a refused key is explained in the words of the node', async () => {
    const { page } = await open('/console/account');
    await page.getByRole('button', { name: 'Change the keys' }).click();
    await page.getByLabel(/^Keys, one a line/).fill('no-pointer');
    await page.getByRole('button', { name: 'Save the keys' }).click();
    await page.getByRole('status').or(page.getByRole('alert')).getByText('no-pointer').waitFor();
  });
});

describe('what a caller may do', () => {
  test('a token that only reads is offered no act, and none works', async () => {
    const token = await stage.hooktrail.tokens.create({ name: 'reader', role: 'read' });
    const { page, context } = await open('/console/webhooks', { token: token.secret });
    await page.getByText('order.paid').waitFor();
    const failing = await firstOf('type:ticket.refused');
    const job = await stage.hooktrail.jobs.create({ query: 'type:ticket.refused', rate: 1 });
    const paths = [
      ...['/console/jobs', `/console/jobs/${job.id}`],
      ...['/console/webhooks', `/console/webhooks/${idOf('Failing')}`, '/console/invocations'],
      ...[`/console/invocations/${failing.id}`, '/console/undelivered', '/console/tokens'],
      ...['/console/audit', '/console/account', '/console/publish', '/console/webhooks/new'],
    ];
    const acts =
      /^(Create|Edit|Pause$|Resume$|Cancel|Delete|Replay|Replace|Show the secret|Publish|Save|Change|Revoke|Send|Reveal)/;
    for (const path of paths) {
      await page.goto(stage.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      const names = await page.getByRole('main').getByRole('button').allInnerTexts();
      const links = await page.getByRole('main').getByRole('link').allInnerTexts();
      expect(
        [...names, ...links].filter((name) => acts.test(name) && !/updates$/.test(name)),
      ).toEqual(path === '/console/events' ? ['Publish an event'] : []);
    }
    const base = `${stage.url}/v1/webhooks/${failing.webhook.id}`;
    for (const path of [`${base}/pause`, `${base}/invocations/${failing.id}/replay`]) {
      const answer = await context.request.post(path, { data: {}, headers: { origin: stage.url } });
      expect(answer.status()).toBe(403);
    }
    for (const path of [`${stage.url}/v1/jobs`, `${stage.url}/v1/jobs/${job.id}/resume`]) {
      const answer = await context.request.post(path, {
        data: { kind: 'replay', all: true },
        headers: { origin: stage.url },
      });
      expect(answer.status()).toBe(403);
    }
    await stage.hooktrail.jobs.cancel(job.id);
    await stage.hooktrail.tokens.revoke(token.id);
  });

  test("the ids of another account say nothing but that they don't exist", async () => {
    const account = await stage.hooktrail.accounts.create({ name: 'Another' });
    const token = await stage.hooktrail.tokens.create(
      { name: 'theirs', role: 'admin' },
      { accountId: account.id },
    );
    const failing = await firstOf('type:ticket.failing');
    const { page } = await open('/console/invocations', { token: token.secret });
    await page.getByText('No invocations yet').waitFor();
    const paths = [
      [`/console/invocations/${failing.id}`, 'Invocation'],
      [`/console/webhooks/${failing.webhook.id}`, 'Webhook'],
      [`/console/events/${failing.eventId}`, 'Event'],
    ] as const;
    for (const [path, what] of paths) {
      await page.goto(stage.url + path);
      await page.getByText(`${what} ${path.split('/').at(-1)} could not be loaded.`).waitFor();
      expect(await page.getByText('Failing', { exact: true }).count()).toBe(0);
    }
  });
});

test('texts of strangers run nothing, wherever they are shown', async () => {
  const visited = await visit(browser, stage);
  visits.push(visited);
  const { page } = visited;
  let ran = 0;
  await page.exposeFunction('boom', () => ran++);
  const row = await firstOf('type:hostile.text');
  const paths = [
    ...['/console/', '/console/invocations', '/console/webhooks', '/console/undelivered'],
    // The sessions of all tests are newer than what made the webhook.
    '/console/audit?operation=createWebhook',
    ...[`/console/webhooks/${row.webhook.id}`, `/console/events/${row.eventId}`],
    query(`webhook:${JSON.stringify(HOSTILE.name)}`),
    `/console/invocations/${row.id}`,
  ];
  for (const path of paths) {
    await page.goto(stage.url + path);
    await page.getByText('onerror=boom()').first().waitFor();
    expect(await page.locator('main img, main script:not([src])').count()).toBe(0);
  }
  await page.getByRole('button', { name: 'Response body hex' }).click();
  await page.getByRole('button', { name: 'Request body pretty' }).click();
  await page.getByText('12345678901234567890.10').waitFor();
  expect(ran).toBe(0);
});

describe('jobs', () => {
  const sentTo = (path: string) =>
    stage.receiver.requests.filter((request) => request.path === path).length;

  test('all that match are replayed: dry run, rate, canary, pause, change of rate, resume', async () => {
    const { page } = await open(query('webhook:Forbidden state:undelivered'));
    await page.getByText('8 loaded').waitFor();
    await page.getByLabel('Select all loaded rows').check();
    await page.getByRole('button', { name: 'Replay all 8 that match' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('8 client error').waitFor();
    await dialog.getByText('0 will be skipped').waitFor();
    expect(await axeProblems(page)).toEqual([]);
    await dialog.getByLabel('Canary: send first').fill('2');
    await press(page, 'Tab');
    await dialog.getByText('Canary: least successes must be').waitFor();
    expect(await dialog.getByRole('button', { name: 'Replay 8' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Canary: least successes').fill('0');
    await dialog.getByLabel('Rate').fill('1');
    await press(page, 'Tab');
    // At one a second, and not at 20.
    await dialog.getByText('8.00 s').waitFor();
    const before = sentTo('/403');
    await dialog.getByRole('button', { name: 'Replay 8 invocations' }).click();
    await page.waitForURL(/jobs\/01/);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: /^Hold back/ }).click();
    await page.locator('.page > .row .badge', { hasText: 'paused' }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    expect((await stage.hooktrail.jobs.get(id)).state).toBe('paused');
    await page.getByRole('button', { name: 'Change the rate' }).click();
    await page.getByLabel('Attempts a second of each webhook').fill('0');
    await page.getByRole('button', { name: 'Enter a rate' }).click();
    await page.getByText('Rate must be a whole number from 1 to 1,000, got 0.').waitFor();
    await page.getByLabel('Attempts a second of each webhook').fill('500');
    await page.getByRole('button', { name: 'Send 500 a second' }).click();
    await page.getByText('500 a second of each webhook').waitFor();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByRole('button', { name: /^Send/ }).click();
    await page.locator('.page > .row .badge', { hasText: 'done' }).waitFor();
    await page.getByText('8 of 8').waitFor();
    expect(sentTo('/403')).toBe(before + 8);
    expect(await page.getByRole('button', { name: 'Cancel the job' }).count()).toBe(0);
  });

  test('a group of what is undelivered is replayed; cancel says in numbers what it gives up', async () => {
    const { page } = await open('/console/undelivered');
    const row = page.getByRole('row').filter({ hasText: 'Nobody listens' });
    await row.getByRole('button', { name: 'Replay these' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('cell', { name: 'Nobody listens' }).waitFor();
    await stage.hooktrail.webhooks.pause(idOf('Nobody listens'));
    await dialog.getByRole('button', { name: 'Replay 8 invocations' }).click();
    await page.getByText('Waits for').waitFor();
    await page.getByRole('button', { name: 'Cancel the job' }).click();
    await page.getByText(/will not be sent. \d+ were sent: 0 succeeded/).waitFor();
    await page.getByRole('button', { name: /^Give up/ }).click();
    await page.locator('.page > .row .badge', { hasText: 'cancelled' }).waitFor();
    await stage.hooktrail.webhooks.resume(idOf('Nobody listens'));
    await press(page, 'g', 'j');
    await heading(page, 'Jobs');
    await page.getByRole('row').filter({ hasText: 'cancelled' }).first().waitFor();
  });

  test('what was skipped is shown by reason, with links', async () => {
    const id = idOf('Failing');
    await stage.hooktrail.webhooks.patch(id, { status: 'inactive' });
    const job = await stage.hooktrail.jobs.create({ query: 'webhook:Failing' });
    const { page } = await open(`/console/jobs/${job.id}`);
    await page.getByText('8 webhook inactive').waitFor();
    await stage.hooktrail.webhooks.patch(id, { status: 'active' });
    await page.locator('section[aria-label="Skipped"] td a').first().click();
    await page.getByText('Attempt 2').first().waitFor();
  });
});

test('a lost connection is shown, and recovers when the node is back', async () => {
  const { page } = await open(`/console/webhooks/${idOf('Healthy')}`);
  await page.getByText('Rules in effect').waitFor();
  await stage.stop();
  await page.getByText('The connection to the node is lost').waitFor();
  expect(await page.getByRole('heading', { level: 1, name: 'Healthy' }).count()).toBe(1);
  await stage.startAgain();
  await page.getByText('The connection to the node is lost').waitFor({ state: 'detached' });
});
