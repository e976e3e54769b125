import { readFile } from 'node:fs/promises';
import { eventually } from '@hooktrail/harness/eventually';
import { openBrowser } from '@hooktrail/harness/open-browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { axeProblems } from './testing/axe-problems.ts';
import { HOSTILE } from './testing/hostile.ts';
import { expectIdle, HIDE, leaveOpen, SHOW } from './testing/left-open.ts';
import { sidewaysProblems } from './testing/sideways.ts';
import { type Stage, startStage } from './testing/stage.ts';
import { type Visit, type VisitOptions, visit } from './testing/visit.ts';

let stage: Stage;
let browser: Browser;
/** A job that selects nothing. */
let emptyJob: string;
/** An export that is done. */
let exportJob: string;
const visits: Visit[] = [];

beforeAll(async () => {
  [stage, browser] = await Promise.all([startStage(), openBrowser()]);
  // Every failing invocation has its second attempt, and then waits for an hour.
  await eventually('25 second attempts', async () => {
    const { live } = await stage.hooktrail.counts('attempts:2', {});
    return live?.invocations === 25;
  });
  const { jobs } = stage.hooktrail;
  emptyJob = (await jobs.create({ query: 'type:no.such' })).id;
  const asked = { kind: 'export', of: 'attempts', query: 'webhook:Failing' } as const;
  exportJob = (await jobs.wait(await jobs.create(asked))).id;
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

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

const idOf = (name: string) => stage.webhooks.get(name) ?? '';

async function firstOf(q: string) {
  const { items } = await stage.hooktrail.invocations.list(q, { pageSize: 1 });
  const [first] = items;
  if (first === undefined) throw new Error(`nothing matches ${q}`);
  return first;
}

/**
 * Runs before the scripts of a page: notes how many rows are there as soon as the shell is, and what was made until then
 * that takes long. How long the page waits for the two counts for nothing meanwhile: the machine may be busy.
 */
const NOTE_FIRST_ROWS = `{
  const made = [];
  const note = (owner, name) => {
    owner[name] = new Proxy(owner[name], {
      construct(target, given, as) {
        made.push(name + ' ' + given.join());
        return Reflect.construct(target, given, as);
      },
      apply(target, self, given) {
        made.push(name + ' ' + given.join());
        return Reflect.apply(target, self, given);
      },
    });
  };
  note(window, 'Error');
  for (const name of ['Collator', 'DateTimeFormat', 'ListFormat', 'NumberFormat', 'PluralRules', 'RelativeTimeFormat']) {
    note(Intl, name);
  }
  const inTime = window.setTimeout;
  window.setTimeout = (act, ms, ...given) => inTime(act, ms >= 100 ? 60_000 : ms, ...given);
  const seen = new MutationObserver(() => {
    if (document.querySelector('.shell') === null) return;
    seen.disconnect();
    window.setTimeout = inTime;
    window.firstRows = { made: [...made], rows: document.querySelectorAll('.grid-row').length };
  });
  seen.observe(document, { childList: true, subtree: true });
}`;

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
    const { page, unheard } = await open(query('status:success'), { token: token.secret });
    await page.getByText('all that match').waitFor();
    await unheard(async () => {
      await stage.hooktrail.tokens.revoke(token.id);
      await page.getByRole('button', { name: 'Refresh' }).click();
    });
    await page.getByText('Your session has ended').waitFor();
    await page.getByLabel('API token').fill(stage.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('all that match').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('status:success');
  });

  test('a session that ends while a dialog asks leaves nothing of it, and nothing is done', async () => {
    const token = await stage.hooktrail.tokens.create({ name: 'short dialog', role: 'admin' });
    const { page, unheard } = await open(query('status:success'), { token: token.secret });
    await page.getByRole('button', { name: 'Export all', exact: true }).click();
    const act = page.getByRole('button', { name: /^Export \d+ rows$/ });
    await act.waitFor();
    await unheard(async () => {
      await stage.hooktrail.tokens.revoke(token.id);
      await act.click();
    });
    await page.getByText('Your session has ended').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByLabel('API token').fill(stage.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('all that match').waitFor();
    // Nothing of the dialog lies over the page.
    await page.getByRole('button', { name: 'Refresh' }).click();
    const { items } = await stage.hooktrail.jobs.list();
    expect(items.filter(({ query: q }) => JSON.stringify(q).includes('success'))).toEqual([]);
  });

  test('who signs in as somebody else in another tab is that in all of them', async () => {
    const account = await stage.hooktrail.accounts.create({ name: 'Elsewhere' });
    const other = await stage.hooktrail.tokens.create(
      { name: 'of elsewhere', role: 'admin' },
      { accountId: account.id },
    );
    const { page, context } = await open(query('status:success'));
    await page.getByText('all that match').waitFor();
    const second = await context.newPage();
    await second.goto(`${stage.url}/console/webhooks`);
    await second.getByRole('button', { name: 'Sign out' }).click();
    await second.getByLabel('API token').fill(other.secret);
    await second.getByRole('button', { name: 'Sign in' }).click();
    await heading(second, 'Webhooks');
    await page.getByText('of elsewhere').first().waitFor();
    await page.getByText('Nothing matches this query').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('status:success');
    // The same reader again: nobody loses what is being written.
    await page.evaluate('window.isTheSame = true');
    const asked = page.waitForRequest('**/v1/session');
    await second.evaluate(`window.hooktrailTabs.postMessage('in')`);
    await asked;
    expect(await page.evaluate('window.isTheSame')).toBe(true);
  });

  test('says why nobody can sign in or out now', async () => {
    const { page } = await open('/console/webhooks', { token: null });
    const answer = { status: 503, body: '{"error":{"message":"the database is away"}}' };
    await page.route('**/v1/session', (route) =>
      route.request().method() === 'POST' ? route.fulfill(answer) : route.continue(),
    );
    await page.getByLabel('API token').fill(stage.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The node answered 503: the database is away.').waitFor();
    await page.unroute('**/v1/session');
    await page.route('**/v1/session', (route) => route.abort());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The node cannot be reached. Try again.').waitFor();
    await page.unroute('**/v1/session');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading(page, 'Webhooks');
    await page.route('**/v1/session', (route) => route.abort());
    await page.getByRole('button', { name: 'Sign out' }).click();
    // The cookie is still good.
    await page.getByText('You are still signed in').waitFor();
    await heading(page, 'Webhooks');
    await page.unroute('**/v1/session');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API token').waitFor();
  });

  test('a link that signs in once works in a page that is open, and its code never stays in the URL', async () => {
    const { page, context } = await open('/console/webhooks', { token: null });
    const made = await context.request.post(`${stage.url}/v1/session/code`, {
      headers: { authorization: `Bearer ${stage.token}` },
    });
    const { code } = ((await made.json()) as { sign_in: { code: string } }).sign_in;
    await page.getByLabel('API token').waitFor();
    const gone = () => eventually('no code', () => new URL(page.url()).hash === '');
    await page.goto(`${stage.url}/console/webhooks#code=${code}`);
    await heading(page, 'Webhooks');
    await gone();
    // Whoever is signed in stays it.
    await page.goto(`${stage.url}/console/webhooks#code=${code}`);
    await gone();
    await page.goto(`${stage.url}/console/jobs#code=${code}`);
    await heading(page, 'Jobs');
    await gone();
  });
});

describe('every screen', () => {
  // In parts: all screens take longer than a test may on a loaded machine.
  const PARTS = 3;
  /** Of a webhook and what it got: names, addresses and types that are long, and break nowhere. */
  let long: { id: string; invocation: string; event: string; token: string };

  beforeAll(async () => {
    const { events, invocations, tokens, webhooks } = stage.hooktrail;
    const type = `long.${'x'.repeat(150)}`;
    const { id } = await webhooks.create({
      name: 'n'.repeat(200),
      description: 'd'.repeat(200),
      endpoint: `${stage.receiver.url}/500/${'p'.repeat(300)}`,
      httpMethod: 'POST',
      requestFormat: 'json',
      status: 'active',
      subscriptions: [type],
    });
    await webhooks.updateDelivery(id, { breaker: null, scheduleSeconds: [3_600] });
    const [row] = (await events.publish({ type, subject: 's'.repeat(200) })).invocations;
    const invocation = String(row?.id);
    await eventually(
      'its delivery',
      async () => (await invocations.get(invocation)).attemptsCount > 0,
    );
    const { eventId } = await invocations.get(invocation);
    const token = (await tokens.create({ name: 't'.repeat(200), role: 'read' })).id;
    long = { id, invocation, event: String(eventId), token };
  });

  afterAll(async () => {
    await stage.hooktrail.tokens.revoke(long.token);
    await stage.hooktrail.webhooks.delete(long.id);
  });

  test.each(Array.from({ length: PARTS }, (_, part) => part))(
    'is complete and accessible in both themes, at 360, 1280 and 2560 pixels: part %i',
    async (part) => {
      const failing = await firstOf('type:ticket.failing');
      const screens: [path: string, title: string | RegExp, content: string | RegExp][] = [
        ['/console/', 'Overview', '16 of 16 attempts failed in 24 hours'],
        ['/console/alerts', 'Alerts', /No alert is open|What happened/],
        ['/console/alerts?show=rules', 'Alerts', 'Circuit breaker open'],
        ['/console/invocations', 'Invocations', 'all that match'],
        [query('code:5xx'), 'Invocations', 'No chart'],
        [query('type:no.such'), 'Invocations', 'Nothing matches this query'],
        [`/console/invocations/${failing.id}`, failing.id, 'Next attempt in'],
        ['/console/undelivered', 'Undelivered now', '25 in all'],
        ['/console/jobs', 'Jobs', 'type:no.such'],
        [`/console/jobs/${emptyJob}`, /^Replay: type:no\.such/, 'were delivered already'],
        [
          `/console/jobs/${exportJob}`,
          /^Export attempts: webhook:/,
          'attempts as NDJSON, with bodies',
        ],
        ['/console/webhooks', 'Webhooks', 'order.paid'],
        ['/console/webhooks/new', 'Create a webhook', 'Send 1 test request'],
        [`/console/webhooks/${idOf('Failing')}`, 'Failing', 'Rules in effect'],
        ['/console/events', 'Events', 'hostile.text'],
        [`/console/events/${failing.eventId}`, String(failing.eventId), 'from the stage'],
        [`/console/webhooks/${long.id}`, /^n+$/, 'Rules in effect'],
        [`/console/invocations/${long.invocation}`, long.invocation, /^(d+|n+)$/],
        [`/console/events/${long.event}`, long.event, /^n+$/],
        ['/console/publish', 'Publish', 'Publish 1 event'],
        ['/console/tokens', 'Tokens', 'Create the token'],
        ['/console/audit', 'Audit', 'createWebhook'],
        ['/console/account', 'Account', '/detail/id'],
        ['/console/storage', 'Storage', 'What goes next'],
        ['/console/nowhere', /./, 'There is no such screen'],
      ];
      const { page } = await open('/console/');
      const problems: string[] = [];
      for (const [path, title, content] of screens.filter((_, index) => index % PARTS === part)) {
        await page.goto(stage.url + path);
        await heading(page, title);
        await page.getByText(content).first().waitFor();
        problems.push(...(await axeProblems(page)).map((problem) => `${path}: ${problem}`));
        // The theme changes colours alone.
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.locator('html[data-theme="dark"]').waitFor();
        const dark = await axeProblems(page, 'colours');
        problems.push(...dark.map((problem) => `${path}, dark: ${problem}`));
        await page.emulateMedia({ colorScheme: 'light' });
        await page.locator('html[data-theme="light"]').waitFor();
        for (const width of [2560, 360]) {
          await page.setViewportSize({ width, height: 800 });
          const found = await sidewaysProblems(page);
          problems.push(...found.map((problem) => `${path}: ${problem}`));
        }
        const narrow = await page.evaluate(
          '[...document.querySelectorAll(".table td.wrap")].filter((cell) => cell.offsetWidth < 150).length',
        );
        if (Number(narrow) > 0) problems.push(`${path}: ${narrow} cells too narrow at 360`);
        await page.setViewportSize({ width: 1280, height: 900 });
      }
      expect(problems).toEqual([]);
    },
  );

  test('nothing that is being written is lost with a reload or a session that ended, and no secret is kept', async () => {
    const token = await stage.hooktrail.tokens.create({ name: 'writer', role: 'admin' });
    const { page, unheard } = await open('/console/publish', { token: token.secret });
    await page.getByLabel('Event, as JSON').fill('{"type":"half');
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByRole('link', { name: 'Create a webhook' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Half written');
    await page.getByLabel('Endpoint').fill('https://example.com/hook?token=s3cret-query');
    await page.getByLabel('Custom headers').fill('X-Key: s3cret-header');
    await page.getByLabel('Credentials').selectOption('bearer_token');
    await page.getByLabel('Secret').fill('s3cret-token');
    await page.reload();
    await heading(page, 'Create a webhook');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Half written');
    expect(await page.getByLabel('Custom headers').inputValue()).toBe('');
    expect(await page.getByLabel('Endpoint').inputValue()).toBe('');
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('s3cret');
    // It says so, and can be undone.
    await page.getByText('custom headers and an endpoint with a query are not kept').waitFor();
    await page.getByRole('button', { name: 'Discard it' }).click();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('');
    expect(await page.getByText('Discard it').count()).toBe(0);
    await page.getByRole('button', { name: 'Create the webhook' }).waitFor();
    // It asks for the webhooks, and hears that the session is over.
    await unheard(async () => {
      await stage.hooktrail.tokens.revoke(token.id);
      await page.getByRole('link', { name: 'Publish' }).click();
    });
    await page.getByText('Your session has ended').waitFor();
    await page.getByLabel('API token').fill(stage.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Event, as JSON').waitFor();
    expect(await page.getByLabel('Event, as JSON').inputValue()).toBe('{"type":"half');
    // Signing out forgets it: the next reader may be another.
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API token').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

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

test('a refresh that fails takes nothing away that is being written', async () => {
  const id = idOf('Healthy');
  const { page } = await open(`/console/webhooks/${id}`);
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Custom headers').fill('X-Key: not kept anywhere');
  await page.route(new RegExp(`/api/v2/webhooks/${id}$`), (route) => route.abort());
  // It is asked again when somebody comes back to a tab with an answer that is older than 2 s.
  await eventually('a refresh that fails', async () => {
    await page.evaluate('window.dispatchEvent(new Event("visibilitychange"))');
    return (await page.getByText('The webhook could not be loaded.').count()) === 1;
  });
  expect(await page.getByLabel('Custom headers').inputValue()).toBe('X-Key: not kept anywhere');
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('The webhook could not be loaded.').waitFor({ state: 'detached' });
  expect(await page.getByLabel('Custom headers').inputValue()).toBe('X-Key: not kept anywhere');
});

describe('the keyboard alone', () => {
  test('has the Enter of what has the focus, though a row is chosen', async () => {
    const { page } = await open('/console/invocations');
    await page.getByText('loaded').waitFor();
    await page.getByRole('slider').waitFor();
    await press(page, 'j');
    await page.locator('summary', { hasText: 'Columns' }).focus();
    await press(page, 'Enter');
    await page.getByRole('checkbox', { name: 'Attempts' }).waitFor();
    await tabTo(page, /^Attempts by time/, 'Shift+Tab');
    await press(page, 'ArrowLeft');
    await page.locator('[role=slider][aria-valuetext$=" attempts"]').waitFor();
    await press(page, 'Enter');
    await page.waitForURL(/completed/);
    expect(new URL(page.url()).pathname).toBe('/console/invocations');
  });

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
    await page.getByText('1 webhook gets it, 0 are skipped').waitFor();
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
    await row.hover();
    await row.getByRole('button', { name: 'Only this webhook' }).click();
    await page.getByText('8 loaded').waitFor();
    await page.reload();
    await page.getByText('8 loaded').waitFor();
    await page.goBack();
    await page.getByText('25 loaded').waitFor();
    await row.hover();
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
  });

  test('is asked for before its code arrives, once, and by nothing else before its rows', async () => {
    const { page } = await open('/console/jobs');
    await heading(page, 'Jobs');
    for (const search of ['', '?q=webhook%3AHealthy&sort=created&cols=created']) {
      const asked: string[] = [];
      // The page before may still ask for something.
      await page.goto('about:blank');
      page.removeAllListeners('request');
      page.on('request', (request) => {
        const { pathname } = new URL(request.url());
        if (/^\/v1\//.test(pathname)) asked.push(pathname);
      });
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route('**/assets/index-*.js', async (route) => {
        await held;
        await route.continue();
      });
      const listed = page.waitForResponse(/\/v1\/invocations\?/);
      await page.goto(`${stage.url}/console/invocations${search}`, { waitUntil: 'commit' });
      await listed;
      expect(asked.toSorted()).toEqual(['/v1/invocations', '/v1/session']);
      release();
      await page.getByText('loaded').waitFor();
      await page.locator('.histogram svg').waitFor();
      const times = (path: string) => asked.filter((each) => each === path).length;
      expect([times('/v1/session'), times('/v1/webhooks')]).toEqual([1, 0]);
      // The second page of a list that has one is another request.
      expect(times('/v1/invocations')).toBeLessThanOrEqual(1);
      await page.unroute('**/assets/index-*.js');
    }
  });

  test('draws its first rows together with the shell, and what costs more than they do later', async () => {
    const { page } = await open('/console/jobs');
    await heading(page, 'Jobs');
    await page.addInitScript(NOTE_FIRST_ROWS);
    const answered = ['/v1/session', '/v1/invocations'].map((path) =>
      page.waitForResponse((response) => new URL(response.url()).pathname === path),
    );
    let code = '';
    await page.route(/assets\/index-[^/]*\.js$/, async (route) => {
      await Promise.all(answered);
      const response = await route.fetch();
      code = await response.text();
      await route.fulfill({ response });
    });
    await page.goto(`${stage.url}/console/invocations`);
    // Far from the first row: among those that come after it.
    await page.locator('.grid-row[aria-rowindex="25"]').waitFor();
    const { made, rows } = (await page.evaluate('firstRows')) as { made: string[]; rows: number };
    expect(made).toEqual([]);
    // 900 pixels have 16, and would have 28 with those that are spare.
    expect(rows).toBeGreaterThan(15);
    expect(rows).toBeLessThan(21);
    expect(code.slice(0, 30)).toMatch(/^\/\/# allFunctionsCalledOnLoad\n/);
  });

  test('uses its elements again where somebody scrolls far, and keeps them where not', async () => {
    const { page } = await open('/console/invocations');
    await page.getByText('loaded').waitFor();
    // All rows, so that the bar can be dragged.
    await page.setViewportSize({ width: 1280, height: 620 });
    const seen = () =>
      page.evaluate(`(() => {
        const grid = document.querySelector('.grid').getBoundingClientRect();
        return [...document.querySelectorAll('.grid-row')]
          .map((row) => [row.getBoundingClientRect().top - grid.top, Number(row.dataset.index)])
          .filter(([top]) => top > 0 && top < grid.height)
          .map(([, index]) => index);
      })()`) as Promise<number[]>;
    await page.evaluate(
      'window.firstRow = document.querySelector(".grid-row"); document.querySelector(".grid").scrollTop = 1e6',
    );
    const last = Number(await page.locator('.grid').getAttribute('aria-rowcount')) - 2;
    await eventually('the last row', async () => (await seen()).at(-1) === last);
    const places = await seen();
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    // The same element, and in the document.
    expect(await page.evaluate('window.firstRow.isConnected')).toBe(true);
    expect(Number(await page.evaluate('window.firstRow.dataset.index'))).toBeGreaterThan(12);
    const order = await page.evaluate(
      '[...document.querySelectorAll(".grid-row")].map((row) => Number(row.dataset.index))',
    );
    expect(order).toEqual((order as number[]).toSorted((a, b) => a - b));
  });

  test('its rows stay where they are when the chart and the saved views come after them', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    // Who may save no view has nothing in their line before they come.
    const reader = await stage.hooktrail.tokens.create({ name: 'rests', role: 'read' });
    const { page } = await open('/console/webhooks', { token: reader.secret });
    await page.route(/\/v1\/(counts|views)\b/, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${stage.url}/console/invocations`);
    const first = page.locator('.grid-row[data-index="0"]');
    const placeOfFirst = async () => (await first.boundingBox())?.y;
    await page.locator('.histogram.placeholder').waitFor();
    await first.hover();
    const before = await placeOfFirst();
    expect(await page.getByRole('slider').count()).toBe(0);
    release();
    await page.getByRole('slider').waitFor();
    await page.locator('.legend .badge').first().waitFor();
    expect(await placeOfFirst()).toBe(before);
    await first.getByRole('button', { name: 'Only this webhook' }).waitFor();
  });

  test('a pointer that rests has the acts of the row that comes below it', async () => {
    const { page } = await open('/console/invocations');
    await page.getByText('loaded').waitFor();
    // All of the default columns are in sight.
    const beside =
      'document.querySelector(".grid").scrollWidth - document.querySelector(".grid").clientWidth';
    expect(await page.evaluate(beside)).toBe(0);
    const first = page.locator('.grid-row[data-index="0"]');
    const address = () => first.locator('.row-link').getAttribute('href');
    const newest = await address();
    await page.getByLabel('Order').selectOption('created');
    await eventually('the oldest', async () => ![newest, null].includes(await address()));
    await first.hover();
    const act = first.getByRole('button', { name: 'Only this webhook' });
    await act.waitFor();
    // From the cache: the element stays, and shows another invocation.
    await page.goBack();
    await eventually('the newest', async () => (await address()) === newest);
    await act.waitFor();
  });

  test('on a phone its rows are lines in blocks of one height, with all that they do elsewhere', async () => {
    const { page } = await open('/console/invocations', { width: 360 });
    const row = (index: number) => page.locator(`.grid-row[data-index="${index}"]`);
    await row(12).waitFor();
    expect(await sidewaysProblems(page)).toEqual([]);
    // Created and status, webhook and type, and three more: each line is below the one before, inside its row.
    const places = await page.evaluate(`[...document.querySelectorAll('.grid-row')].map((row) => {
      const { height, top } = row.getBoundingClientRect();
      const cells = [...row.querySelectorAll('.cell')].map((cell) => cell.getBoundingClientRect());
      return {
        height,
        index: Number(row.dataset.index),
        isInside: cells.every((cell) => cell.top >= top && cell.bottom <= top + height),
        lines: new Set(cells.map((cell) => cell.top)).size,
        top,
      };
    })`);
    const seen = places as {
      height: number;
      index: number;
      isInside: boolean;
      lines: number;
      top: number;
    }[];
    const first = seen.find(({ index }) => index === 0)?.top ?? 0;
    for (const { height, index, isInside, lines, top } of seen) {
      expect({ height, isInside, lines, top }).toEqual({
        height: 72,
        isInside: true,
        lines: 3,
        top: first + index * 72,
      });
    }
    // A number says what it is.
    expect(await row(0).locator('.cell[data-head="Attempts"]').count()).toBe(1);
    // The keys go over the end of what is in sight, and select.
    for (let index = 0; index < 13; index++) {
      await press(page, 'j');
      await page.locator(`.grid-row[data-index="${index}"].active a:focus`).waitFor();
    }
    await page.keyboard.press('x');
    await page.getByText('1 selected').waitFor();
    await page.getByLabel('Select all loaded rows').check();
    await page.getByText(/^\d{2,} selected$/).waitFor();
    // Whoever turns the phone sees what was in sight, also where the list is no longer as high as they had scrolled.
    await page.goto(stage.url + query('state:undelivered'));
    await row(0).waitFor();
    const count = Number(await page.locator('.grid').getAttribute('aria-rowcount')) - 1;
    const top = Math.floor(count * 0.55);
    await page.evaluate(`document.querySelector(".grid").scrollTop = ${top * 72}`);
    await row(top + 2).waitFor();
    await page.setViewportSize({ width: 800, height: 360 });
    await eventually(
      'the same row at the top',
      async () =>
        Number(await page.evaluate('document.querySelector(".grid").scrollTop')) === top * 36,
    );
    await row(top + 2).waitFor();
  });

  test('scrolling takes the focus from nobody, and is not undone', async () => {
    const { page } = await open('/console/invocations');
    await page.getByText('loaded').waitFor();
    await page.setViewportSize({ width: 1280, height: 620 });
    for (let row = 0; row < 16; row++) {
      await press(page, 'j');
      await page.locator(`.grid-row[data-index="${row}"].active a:focus`).waitFor();
    }
    const line = page.getByRole('combobox', { name: 'Query' });
    await line.click();
    // The row of the keys is still in the document, above what is in sight.
    await page.evaluate('document.querySelector(".grid").scrollTop = 20 * 36');
    await page.locator('.grid-row[data-index="8"]').waitFor({ state: 'attached' });
    await page.locator('.grid-row[data-index="7"]').waitFor({ state: 'detached' });
    await page.locator('.grid-row[data-index="15"]').waitFor({ state: 'attached' });
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    expect(await line.evaluate((each) => each === each.ownerDocument.activeElement)).toBe(true);
    expect(await page.evaluate('document.querySelector(".grid").scrollTop')).toBe(20 * 36);
  });

  test('closing the dialog of a replay stops it, and says how far it came', async () => {
    const { page } = await open(query('webhook:Failing'));
    await page.getByText('8 loaded').waitFor();
    for (const row of [1, 2, 3]) await page.getByRole('row').nth(row).getByRole('checkbox').check();
    let asked = 0;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const refusal = { status: 409, body: '{"error":{"message":"not now"}}' };
    await page.route('**/replay', async (route) => {
      asked += 1;
      await held;
      await route.fulfill(refusal);
    });
    await page.getByRole('button', { name: 'Replay 3 invocations' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Replay 3 invocations' }).click();
    await eventually('the first request', () => asked === 1);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    release();
    await page.getByText('The other 2 were not tried.').waitFor();
    expect(asked).toBe(1);
    await page.getByText('3 selected').waitFor();
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

  test('misses nothing between its answer and the beginning of its feed', async () => {
    const { id } = await stage.hooktrail.webhooks.create({
      name: 'Between',
      endpoint: `${stage.receiver.url}/ok`,
      httpMethod: 'POST',
      requestFormat: 'json',
      status: 'active',
      subscriptions: ['between.row'],
    });
    const delivered = (count: number) =>
      eventually('its delivery', async () => {
        const { items } = await stage.hooktrail.invocations.list('type:between.row');
        return items.length === count && items.every(({ status }) => status === 'success');
      });
    const publish = () => stage.hooktrail.events.publish({ type: 'between.row' });
    await publish();
    await delivered(1);
    const { page } = await open('/console/webhooks');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/v1/feed*', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${stage.url}${query('type:between.row')}`);
    await page.getByText('1 loaded').waitFor();
    await publish();
    await delivered(2);
    release();
    await page.getByRole('button', { name: '1 new' }).waitFor();
    // What the list had already is not marked as changed.
    expect(await page.locator('.grid-row.changed').count()).toBe(0);
    // Nor while another screen is shown: the list comes back as it was.
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await heading(page, 'Webhooks');
    await publish();
    await delivered(3);
    await page.goBack();
    await page.getByText('1 loaded').waitFor();
    await page.getByRole('button', { name: '2 new' }).waitFor();
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
    await page.getByLabel('Name', { exact: true }).fill('Half');
    // What a colleague changes meanwhile stays, over a reload and without one.
    await stage.hooktrail.webhooks.patch(id, { description: 'by a colleague' });
    await page.reload();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByText('did not save is here again').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Half');
    await stage.hooktrail.webhooks.patch(id, { customHeaders: { 'X-Team': 'theirs' } });
    await page.getByLabel('Name', { exact: true }).fill('Changed');
    await page.getByRole('button', { name: 'Save the changes' }).click();
    await heading(page, 'Changed');
    const after = await stage.hooktrail.webhooks.get(id);
    expect(after).toMatchObject({
      name: 'Changed',
      description: 'by a colleague',
      customHeaders: { 'X-Team': 'theirs' },
      authentication: { type: 'bearer_token' },
    });
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
    await page.getByText('No invocation waits now.').waitFor();
    await page.getByLabel(/^Type/).fill('Changed');
    await page.evaluate(`new MutationObserver(() => {
      if (document.body.textContent.includes('could not be loaded')) window.failed = true;
    }).observe(document.body, { childList: true, subtree: true })`);
    await page.getByRole('button', { name: 'Delete 1 webhook' }).click();
    await heading(page, 'Webhooks');
    expect(await page.evaluate('window.failed ?? false')).toBe(false);
    await expect(stage.hooktrail.webhooks.get(id)).rejects.toThrow('404');
  });
});

test('of more webhooks than are listed, a part of the name finds the others', async () => {
  const visited = await visit(browser, stage);
  visits.push(visited);
  const { page } = visited;
  await page.route(/\/api\/v2\/webhooks\?/, async (route) => {
    if (decodeURIComponent(route.request().url()).includes('filter[')) return route.continue();
    const answer = await route.fetch();
    const { webhooks, meta } = (await answer.json()) as { webhooks: object[]; meta: object };
    const copies = Array.from({ length: 1_000 }, (_, index) => ({
      ...webhooks[0],
      id: `01J0000000000000000000${String(index).padStart(4, '0')}`,
      name: `Copy ${index}`,
    }));
    return route.fulfill({ response: answer, json: { webhooks: copies, meta } });
  });
  await visited.go('/console/webhooks');
  await page.getByText('The newest 1,000 are listed.').waitFor();
  expect(await page.getByRole('link', { name: 'Forbidden' }).count()).toBe(0);
  await page.getByLabel('Name or endpoint contains').fill('forbid');
  await page.getByRole('link', { name: 'Forbidden' }).waitFor();
  expect(await page.getByRole('link', { name: 'Copy 1', exact: true }).count()).toBe(0);
});

describe('acts on what waits', () => {
  test('say in numbers what becomes of it', async () => {
    const { page } = await open(`/console/webhooks/${idOf('Failing')}`);
    const dialog = page.getByRole('dialog');
    for (const [act, fate] of [
      ['Pause', 'they stay'],
      ['Delete', 'they end without being sent'],
    ] as const) {
      await page.getByRole('button', { name: act, exact: true }).click();
      await dialog.getByText(/^\d+ invocations? waits? now:/).waitFor();
      await dialog.getByText(fate).waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      const focused = page.getByRole('button', { name: act, exact: true });
      expect(
        await focused.evaluate((element) => element === element.ownerDocument.activeElement),
      ).toBe(true);
    }
  });
});

describe('tokens and keys', () => {
  test('a token is created, shown once and revoked', async () => {
    const { page } = await open('/console/tokens');
    await page.getByLabel('Name of a new token').fill('From the console');
    // Once: the secret of a second one would be shown to nobody.
    await page.getByRole('button', { name: 'Create the token' }).dblclick();
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
    await page.getByLabel(/^Keys, one a line/).fill('/subject\n/detail/id\nno-pointer');
    await page.getByRole('button', { name: 'Save the keys' }).click();
    await page.getByRole('status').or(page.getByRole('alert')).getByText('no-pointer').waitFor();
    // In the question before a loss too.
    await page.getByLabel(/^Keys, one a line/).fill('no-pointer');
    await page.getByRole('button', { name: 'Save the keys' }).click();
    await page.getByRole('button', { name: 'Remove 2 of 2 keys' }).click();
    await page.getByRole('dialog').getByRole('alert').getByText('no-pointer').waitFor();
  });
});

describe('what a caller may do', () => {
  test('a token that only reads is offered no act, and none works', async () => {
    const token = await stage.hooktrail.tokens.create({ name: 'reader', role: 'read' });
    const { page, context } = await open('/console/webhooks', { token: token.secret });
    await page.getByText('order.paid').waitFor();
    const failing = await firstOf('type:ticket.refused');
    const job = await stage.hooktrail.jobs.create({ query: 'type:ticket.refused', rate: 1 });
    // However long the looking takes, the job has not ended.
    await stage.hooktrail.jobs.pause(job.id);
    const paths = [
      ...['/console/jobs', `/console/jobs/${job.id}`],
      ...['/console/webhooks', `/console/webhooks/${idOf('Failing')}`, '/console/invocations'],
      ...[`/console/invocations/${failing.id}`, '/console/undelivered', '/console/tokens'],
      ...['/console/audit', '/console/account', '/console/publish', '/console/webhooks/new'],
      ...['/console/', '/console/storage', '/console/events'],
      // Nothing matches: it offers nothing either.
      query('type:no.such'),
    ];
    const acts =
      /^(Create|Edit|Export|Pause$|Resume$|Cancel|Delete|Replay|Replace|Show the secret|Publish|Save|Change|Revoke|Send|Reveal|Reset|Rename)/;
    for (const path of paths) {
      await page.goto(stage.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      const names = await page.getByRole('main').getByRole('button').allInnerTexts();
      const links = await page.getByRole('main').getByRole('link').allInnerTexts();
      expect(
        [...names, ...links].filter((name) => acts.test(name) && !/updates$/.test(name)),
      ).toEqual([]);
    }
    // Of attempts as admins see them, not even the files.
    await page.goto(`${stage.url}/console/jobs/${exportJob}`);
    await page.getByText('Only admins may download').waitFor();
    await page.getByRole('cell', { name: /ndjson/ }).waitFor();
    expect(await page.getByRole('link', { name: /ndjson/ }).count()).toBe(0);
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
      [`/console/jobs/${exportJob}`, 'Job'],
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
    // However long the clicks take, the job has something to hold back.
    await stage.hooktrail.webhooks.pause(idOf('Forbidden'));
    await dialog.getByRole('button', { name: 'Replay 8 invocations' }).click();
    await page.waitForURL(/jobs\/01/);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: /^Hold back/ }).click();
    await page.locator('.page > .row .badge', { hasText: 'paused' }).waitFor();
    await stage.hooktrail.webhooks.resume(idOf('Forbidden'));
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

  test('an export shows its files, which can be downloaded and deleted', async () => {
    const { page } = await open(`/console/jobs/${exportJob}`);
    const [file] = (await stage.hooktrail.jobs.files(exportJob)).items;
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: String(file?.name) }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe(`${exportJob}-${file?.name}`);
    expect((await readFile(await download.path())).length).toBe(file?.bytes);
    await page.getByRole('button', { name: 'Delete the files' }).click();
    await page.getByText('Deletes 1 file with 16 rows').waitFor();
    await page.getByRole('button', { name: 'Delete 1 file', exact: true }).click();
    await page.getByText(': deleted').waitFor();
    expect(await page.getByRole('link', { name: String(file?.name) }).count()).toBe(0);
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

describe('for people', () => {
  test('times are local or in UTC, as the reader chose, and both on hover', async () => {
    const row = await firstOf('webhook:Healthy');
    const { page } = await open(`/console/invocations/${row.id}`);
    const time = page.locator('dl.facts time').first();
    const utc = `${row.createdAt.toISOString().slice(0, 23).replace('T', ' ')} UTC`;
    await time.waitFor();
    // Berlin, in winter or in summer.
    expect(await time.textContent()).toMatch(/ \+0[12]:00$/);
    expect(await time.getAttribute('title')).toBe(`${utc}\n${await time.textContent()} (local)`);
    await page.getByRole('button', { name: 'Times are local. Change to UTC' }).click();
    expect(await time.textContent()).toBe(utc);
    await page.reload();
    await page.getByText(utc).first().waitFor();
  });

  test('times of the list are local or in UTC, as the reader chose, and both on hover', async () => {
    const { page } = await open(query('webhook:Healthy'));
    const row = page.locator('.grid-row').first();
    const time = row.locator('time').first();
    const at = String(await time.getAttribute('datetime'));
    const shown = String(await time.textContent());
    await row.hover();
    const title = await page.locator('.grid-row time[title]').first().getAttribute('title');
    expect(title).toMatch(`${at.slice(0, 23).replace('T', ' ')} UTC\n`);
    expect(title).toContain(shown);
    await page.getByRole('button', { name: 'Times are local. Change to UTC' }).click();
    await page
      .locator('.grid-row time', { hasText: at.slice(11, 19) })
      .first()
      .waitFor();
  });

  test('whatever Tab reaches shows that it has the focus', async () => {
    const { page } = await open('/console/');
    const row = await firstOf('type:ticket.failing');
    const unseen: string[] = [];
    for (const path of [
      ...['/console/invocations', `/console/webhooks/${row.webhook.id}`, '/console/tokens'],
      ...['/console/storage', `/console/jobs/${exportJob}`],
    ]) {
      await page.goto(stage.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      // What comes before is that of all screens, and is looked at once.
      const isFirst = path === '/console/invocations';
      if (!isFirst) await page.evaluate('document.getElementById("main").focus()');
      for (let stop = 0; stop < (isFirst ? 40 : 25); stop++) {
        await page.keyboard.press('Tab');
        const found = await page.evaluate(
          `(() => {
          const { activeElement } = document;
          if (activeElement === document.body) return 'end';
          const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(activeElement);
          const seen = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
          return seen ? '' : activeElement.outerHTML.slice(0, 100);
        })()`,
        );
        if (found === 'end') break;
        if (found !== '') unseen.push(`${path}: ${found}`);
      }
    }
    expect(unseen).toEqual([]);
  });

  test('a status has a mark beside its colour, and nothing moves for who wants that', async () => {
    const { page } = await open('/console/invocations');
    await page.getByText('loaded').waitFor();
    const badges = await page.locator('.badge').allInnerTexts();
    expect(badges.length).toBeGreaterThan(10);
    expect(badges.filter((text) => !/^[✓✕·‖]/.test(text))).toEqual([]);
    const moving = await page.evaluate(
      `[...document.querySelectorAll('*')].filter((element) => {
        const { animationDuration, transitionDuration } = getComputedStyle(element);
        return [animationDuration, transitionDuration].some((each) => parseFloat(each) > 0.01);
      }).map((element) => element.outerHTML.slice(0, 80))`,
    );
    expect(moving).toEqual([]);
  });
});

describe('left open', () => {
  const MINUTES = 5;
  /** What a webhook shows is shared for as long, so a slow machine reads it again. */
  const LIVE_MS = 10_000;

  async function tabOf(path: string) {
    const visited = await visit(browser, stage);
    visits.push(visited);
    return leaveOpen(visited, path);
  }

  test('a screen asks for at most one statement each two seconds, and in a hidden tab for none', async () => {
    const { items } = await stage.hooktrail.invocations.list('status:success', { pageSize: 1 });
    const costs = new Map<string, number>();
    const screens: readonly [path: string, minutes: number][] = [
      ['/console/invocations', MINUTES],
      [`/console/webhooks/${idOf('Healthy')}`, MINUTES],
      [`/console/invocations/${items[0]?.id}`, MINUTES],
      [`/console/events/${items[0]?.eventId}`, MINUTES],
      ['/console/jobs', MINUTES],
      ['/console/', MINUTES],
      ['/console/undelivered', MINUTES],
      ['/console/webhooks', MINUTES],
      ['/console/alerts', 1],
      ['/console/sources', 1],
      ['/console/storage', 1],
    ];
    for (const [path, minutes] of screens) {
      const tab = await tabOf(path);
      await expectIdle(stage, tab, { path, minutes, costs });
      await tab.page.context().close();
    }
  });

  test('five tabs on one view cost what one does', async () => {
    const path = `/console/webhooks/${idOf('Orders, EU')}`;
    const tabs = [];
    for (let n = 0; n < 5; n++) tabs.push(await tabOf(path));
    const before = tabs.map((tab) => tab.reads());
    // Their clocks run ahead of the node's, for which all of this happens within some seconds.
    const startedMs = Date.now();
    for (const tab of tabs) await tab.pass(60);
    const ages = 1 + Math.ceil((Date.now() - startedMs) / LIVE_MS);
    const asked = tabs.map((tab) => tab.asked.length);
    expect(Math.min(...asked)).toBeGreaterThan(5);
    const reads = tabs.reduce((sum, tab, n) => sum + tab.reads() - (before[n] ?? 0), 0);
    const paths = new Set(tabs.flatMap((tab) => tab.asked));
    expect(reads).toBeLessThanOrEqual(paths.size * ages);
  });

  test('what changed in a hidden tab is there when somebody looks again', async () => {
    const { page } = await open(query('type:hidden.row'));
    await page.getByText('Nothing matches this query').waitFor();
    await page.evaluate(HIDE);
    const { id } = await stage.hooktrail.webhooks.create({
      name: 'While hidden',
      endpoint: `${stage.receiver.url}/ok`,
      httpMethod: 'POST',
      requestFormat: 'json',
      status: 'active',
      subscriptions: ['hidden.row'],
    });
    await stage.hooktrail.events.publish({ type: 'hidden.row' });
    await eventually('its delivery', async () => {
      const { items } = await stage.hooktrail.invocations.list('type:hidden.row');
      return items[0]?.status === 'success';
    });
    expect(await page.getByRole('button', { name: 'new' }).count()).toBe(0);
    await page.evaluate(SHOW);
    await page.getByRole('button', { name: '1 new' }).waitFor();
    await stage.hooktrail.webhooks.delete(id);
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
