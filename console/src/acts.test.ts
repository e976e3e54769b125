import { createHmac } from 'node:crypto';
import { eventually } from '@hooktrail/harness/eventually';
import { openBrowser } from '@hooktrail/harness/open-browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { axeProblems } from './testing/axe-problems.ts';
import { HOSTILE } from './testing/hostile.ts';
import { type Stage, startStage } from './testing/stage.ts';
import { type Visit, type VisitOptions, visit } from './testing/visit.ts';

/**
 * What people do on the screens, beside what `console.test.ts` has. That one asks axe about every screen, this
 * one about what opens in them.
 */

let stage: Stage;
let browser: Browser;
const visits: Visit[] = [];

beforeAll(async () => {
  [stage, browser] = await Promise.all([startStage(), openBrowser()]);
  await eventually('25 second attempts', async () => {
    const { live } = await stage.hooktrail.counts('attempts:2', {});
    return live?.invocations === 25;
  });
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

const idOf = (name: string) => stage.webhooks.get(name) ?? '';
const query = (q: string) => `/console/invocations?q=${encodeURIComponent(q)}`;
const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

/** What axe finds in both themes. */
async function problemsIn(page: Page): Promise<string[]> {
  const found = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
    found.push(...(await axeProblems(page)).map((problem) => `${colorScheme}: ${problem}`));
  }
  return found;
}

describe('saved views', () => {
  test('a view is saved, opened by a colleague, renamed, replaced and deleted', async () => {
    const { page } = await open(`${query('status:"client error"')}&cols=created%2Cwhy`);
    await page.getByText('8 loaded').waitFor();
    await page.getByRole('button', { name: 'Save this view' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name of the view').fill(HOSTILE.name);
    await dialog.getByRole('button', { name: 'Save the view' }).click();
    const views = page.getByRole('navigation', { name: 'Saved views' });
    const link = views.getByRole('link', { name: HOSTILE.name });
    await link.waitFor();
    expect(await link.getAttribute('aria-current')).toBe('page');
    // The same name is refused in the words of the node.
    await page.getByRole('button', { name: 'Save this view' }).click();
    await dialog.getByLabel('Name of the view').fill(HOSTILE.name);
    await dialog.getByRole('button', { name: 'Save the view' }).click();
    await dialog.getByRole('alert').getByText('must not be that of another view').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    const reader = await stage.hooktrail.tokens.create({ name: 'colleague', role: 'read' });
    const { page: other } = await open('/console/invocations', { token: reader.secret });
    await other.getByText('loaded').waitFor();
    const shared = other.getByRole('navigation', { name: 'Saved views' });
    await shared.getByRole('link', { name: HOSTILE.name }).click();
    await other.getByText('8 loaded').waitFor();
    const columns = await other.getByRole('columnheader').allInnerTexts();
    expect(columns.map((text) => text.trim())).toEqual(['Created', 'Why']);
    expect(new URL(other.url()).searchParams.get('q')).toBe('status:"client error"');
    expect(await other.getByRole('button', { name: 'Save this view' }).count()).toBe(0);
    await shared.getByRole('button', { name: 'Views' }).click();
    await other.getByRole('dialog').getByText('status:"client error"').waitFor();
    expect(await other.getByRole('dialog').getByText('Delete').count()).toBe(0);

    await views.getByRole('button', { name: 'Views' }).click();
    expect(await problemsIn(page)).toEqual([]);
    await dialog.getByRole('button', { name: /^Rename the view/ }).click();
    await dialog.getByLabel('Name of the view').fill('Refused');
    await dialog.getByRole('button', { name: 'Rename the view' }).click();
    await views.getByRole('link', { name: 'Refused' }).waitFor();

    await page.goto(stage.url + query('webhook:Healthy'));
    await page.getByText('60 loaded').waitFor();
    await views.getByRole('button', { name: 'Views' }).click();
    await dialog.getByRole('button', { name: 'Replace the view Refused' }).click();
    await dialog.getByText('webhook:Healthy').waitFor();
    await dialog.getByRole('button', { name: 'Replace 1 view' }).click();
    await page.getByText('The view Refused is replaced.').waitFor();
    expect(await stage.hooktrail.views.list()).toMatchObject([
      { name: 'Refused', screen: 'invocations', search: 'q=webhook%3AHealthy' },
    ]);
    await views.getByRole('button', { name: 'Views' }).click();
    await dialog.getByRole('button', { name: 'Delete the view Refused' }).click();
    await dialog.getByRole('button', { name: 'Delete 1 view' }).click();
    await views.getByRole('link', { name: 'Refused' }).waitFor({ state: 'detached' });
    expect(await stage.hooktrail.views.list()).toEqual([]);
    await stage.hooktrail.tokens.revoke(reader.id);
  });

  test('a view of columns and terms that this version does not have still shows a list', async () => {
    const { id } = await stage.hooktrail.views.create({
      name: 'From later',
      screen: 'invocations',
      search: 'q=webhook%3AHealthy&new=1',
      columns: ['later', '"><img src=x onerror=boom()>'],
    });
    const { page } = await open('/console/invocations');
    await page.getByRole('link', { name: 'From later' }).click();
    await page.getByText('60 loaded').waitFor();
    await page.getByRole('columnheader', { name: 'Status' }).waitFor();
    await stage.hooktrail.views.delete(id);
  });
});

describe('exports', () => {
  const jobOf = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) ?? '';

  test('all that match are exported: rows, format, numbers, then the job with its files', async () => {
    const { page } = await open(query('webhook:Failing'));
    await page.getByText('8 loaded').waitFor();
    const act = page.getByRole('button', { name: 'Export all', exact: true });
    await act.click();
    const dialog = page.getByRole('dialog', { name: 'Export all that match' });
    await dialog.getByText('webhook:Failing').waitFor();
    await dialog.getByRole('row').filter({ hasText: 'Failing' }).getByText('8 server').waitFor();
    await dialog.getByRole('button', { name: 'Export 8 rows' }).waitFor();
    // Whoever changes their mind is where they were.
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await act.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(
      true,
    );
    await page.keyboard.press('Enter');
    await dialog.getByLabel(/^Rows/).selectOption('attempts');
    // Two of each.
    await dialog.getByRole('button', { name: 'Export 16 rows' }).waitFor();
    await dialog.getByText('Only admins may download').waitFor();
    await dialog.getByLabel(/^Secrets/).selectOption('read');
    await dialog.getByLabel(/^Format/).selectOption('csv');
    await dialog.getByLabel('With the bodies of requests and answers').uncheck();
    await dialog.getByLabel(/^Reason/).fill('for the audit');
    // A reload loses nothing, not even in a field that was not left.
    await page.reload();
    await page.getByText('8 loaded').waitFor();
    await act.click();
    await dialog.getByText('did not save is here again').waitFor();
    await dialog.getByRole('button', { name: 'Export 16 rows' }).waitFor();
    expect(await dialog.getByLabel(/^Reason/).inputValue()).toBe('for the audit');
    expect(await problemsIn(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    expect(await axeProblems(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    await dialog.getByRole('button', { name: 'Export 16 rows' }).click();
    await page.waitForURL(/jobs\/01/);
    await page.locator('.page > .row .badge', { hasText: 'done' }).waitFor();
    await page.getByText('16 rows, ').waitFor();
    expect(await stage.hooktrail.jobs.get(jobOf(page))).toMatchObject({
      kind: 'export',
      of: 'attempts',
      format: 'csv',
      bodies: false,
      role: 'read',
      reason: 'for the audit',
      counts: { rows: 16 },
    });
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: /\.csv$/ }).click();
    expect((await coming).suggestedFilename()).toMatch(/\.csv$/);
  });

  test('only the selected are exported; a refusal of the node is shown, and nothing is lost', async () => {
    const { page } = await open(query('webhook:Forbidden'));
    await page.getByText('8 loaded').waitFor();
    for (const index of [1, 3]) {
      await page.getByRole('row').nth(index).getByRole('checkbox').check();
    }
    await page.getByRole('button', { name: 'Export 2', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Export 2 invocations' });
    await dialog.getByText('the 2 invocations that you selected').waitFor();
    const refusal = { status: 409, body: '{"error":{"code":"ExportsFull","message":"too much"}}' };
    await page.route('**/v1/jobs', (route) => route.fulfill(refusal));
    // The dry run was before.
    await dialog.getByRole('button', { name: 'Export 2 rows' }).click();
    await dialog.getByText('too much').waitFor();
    await page.unroute('**/v1/jobs');
    await dialog.getByRole('button', { name: 'Export 2 rows' }).click();
    await page.waitForURL(/jobs\/01/);
    await page.locator('.page > .row .badge', { hasText: 'done' }).waitFor();
    expect(await stage.hooktrail.jobs.get(jobOf(page))).toMatchObject({ counts: { rows: 2 } });
  });

  test('events of a type and a group of what is undelivered are exported too', async () => {
    const { page } = await open('/console/events?type=ticket.*');
    await page.getByRole('button', { name: 'Export all', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('type:ticket.*').waitFor();
    await dialog.getByRole('button', { name: 'Export 24 rows' }).click();
    await page.waitForURL(/jobs\/01/);
    expect(await stage.hooktrail.jobs.get(jobOf(page))).toMatchObject({ of: 'events' });
    await page.goto(`${stage.url}/console/undelivered`);
    const row = page.getByRole('row').filter({ hasText: 'Forbidden' });
    await row.getByRole('button', { name: 'Export these' }).click();
    await dialog.getByRole('button', { name: 'Export 8 rows' }).waitFor();
  });
});

describe('code that is loaded late', () => {
  test('says so where it does not arrive, and comes with the next try', async () => {
    const { page } = await open('/console/webhooks');
    await heading(page, 'Webhooks');
    await page.route('**/assets/tokens-screen-*', (route) => route.abort());
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByText('Tokens could not be loaded.').waitFor();
    await heading(page, 'Tokens');
    await page.unroute('**/assets/tokens-screen-*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByLabel('Name of a new token').waitFor();
    // It is what it is from now on.
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await heading(page, 'Webhooks');
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByLabel('Name of a new token').waitFor();
  });

  test('a dialog says so too', async () => {
    const { page } = await open(query('webhook:Failing'));
    await page.getByText('8 loaded').waitFor();
    await page.route('**/assets/export-job-*', (route) => route.abort());
    await page.getByRole('button', { name: 'Export all', exact: true }).click();
    await page.getByText('The dialog could not be loaded.').waitFor();
    await page.unroute('**/assets/export-job-*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Export 8 rows' }).waitFor();
  });
});

describe('the rules of a webhook', () => {
  test('are edited with units, refused at their fields, and reset to the profile', async () => {
    const { id } = await stage.hooktrail.webhooks.create({
      name: 'Ruled',
      endpoint: `${stage.receiver.url}/ok`,
      httpMethod: 'POST',
      requestFormat: 'json',
      status: 'active',
      subscriptions: ['ruled.type'],
    });
    const { page } = await open(`/console/webhooks/${id}`);
    const rules = page.locator('section[aria-label="Rules in effect"]');
    await rules.getByText('profile durable').first().waitFor();
    await rules.getByRole('button', { name: 'Change the rules' }).click();
    await rules.getByLabel(/^Time limit: where/).selectOption('own');
    await rules.getByLabel('Time for the whole request').fill('soon');
    await rules.getByLabel(/^Retries: where/).selectOption('own');
    await rules.getByLabel('Wait before each retry').fill('90 s, 2 min, 1h');
    await rules.getByLabel(/^Rate limit: where/).selectOption('own');
    await rules.getByLabel('Requests', { exact: true }).fill('0');
    await rules.getByLabel('In any span of').fill('1 min');
    await rules.getByLabel(/^Circuit breaker: where/).selectOption('none');
    expect(await problemsIn(page)).toEqual([]);
    // A reload loses nothing, and what a colleague changed meanwhile stays.
    await stage.hooktrail.webhooks.updateDelivery(id, { concurrency: 7 });
    await page.reload();
    await rules.getByRole('button', { name: 'Change the rules' }).click();
    await rules.getByText('that you did not save are here again').waitFor();
    expect(await rules.getByLabel('Wait before each retry').inputValue()).toBe('90 s, 2 min, 1h');
    expect(await rules.getByLabel('Requests at once').inputValue()).toBe('7');
    expect(await rules.getByLabel(/^Circuit breaker: where/).inputValue()).toBe('none');
    await rules.getByRole('button', { name: 'Save the rules' }).click();
    await rules.getByText('must be whole seconds, such as 90 s, 2 min or 1 h, got soon').waitFor();
    await rules.getByLabel('Time for the whole request').fill('20 s');
    await rules.getByRole('button', { name: 'Save the rules' }).click();
    // The node knows the limits.
    await rules.getByText('must be a whole number from 1 to 100000, got 0').waitFor();
    expect(await rules.getByLabel('Requests', { exact: true }).getAttribute('aria-invalid')).toBe(
      'true',
    );
    await rules.getByLabel('Requests', { exact: true }).fill('1,000');
    await rules.getByRole('button', { name: 'Save the rules' }).click();
    await rules.getByText('1000 requests in 1 min').waitFor();
    expect((await stage.hooktrail.webhooks.getDelivery(id)).delivery).toEqual({
      timeLimitSeconds: 20,
      scheduleSeconds: [90, 120, 3_600],
      concurrency: 7,
      rateLimit: { requests: 1_000, seconds: 60 },
      breaker: null,
    });
    await rules.getByRole('button', { name: 'Reset to the profile' }).click();
    await page
      .getByText('Time limit, Retries after, In flight, a node, Rate limit, Circuit breaker')
      .waitFor();
    await page.getByRole('button', { name: 'Remove 5 own rules' }).click();
    await page.getByText('Ruled follows profile durable.').waitFor();
    expect((await stage.hooktrail.webhooks.getDelivery(id)).delivery).toEqual({});
    // What was saved is no draft any more.
    await rules.getByRole('button', { name: 'Change the rules' }).click();
    expect(await rules.getByText('are here again').count()).toBe(0);
    await rules.getByLabel(/^Time limit: where/).selectOption('own');
    await rules.getByRole('button', { name: 'Cancel' }).click();
    await rules.getByRole('button', { name: 'Change the rules' }).click();
    expect(await rules.getByLabel(/^Time limit: where/).inputValue()).toBe('profile');
    await stage.hooktrail.webhooks.delete(id);
  });
});

describe('the account', () => {
  test('asks before a key goes, and says in numbers what is lost; what is written stays over a reload', async () => {
    const { page } = await open('/console/account');
    const keys = page.locator('section[aria-label="Keys"]');
    const lines = keys.getByLabel(/^Keys, one a line/);
    const dialog = page.getByRole('dialog');
    await keys.getByRole('button', { name: 'Change the keys' }).click();
    await lines.fill('/detail/id\n/detail/sku');
    await page.reload();
    expect(await lines.inputValue()).toBe('/detail/id\n/detail/sku');
    await keys.getByRole('button', { name: 'Save the keys' }).click();
    await dialog.getByText('not even those that are published already').waitFor();
    await dialog.getByText('/subject').waitFor();
    expect(await dialog.getByText('/detail/id').count()).toBe(0);
    expect(await problemsIn(page)).toEqual([]);
    await page.keyboard.press('Escape');
    const stored = async () => (await stage.hooktrail.account.keys()).map(({ key }) => key);
    expect(await stored()).toEqual(['/subject', '/detail/id']);
    // One more is no loss: nobody is asked.
    await lines.fill('/subject\n/detail/id\n/detail/sku');
    await keys.getByRole('button', { name: 'Save the keys' }).click();
    await keys.getByText('/detail/sku').waitFor();
    await keys.getByRole('button', { name: 'Change the keys' }).click();
    await lines.fill('/subject\n/detail/id');
    await keys.getByRole('button', { name: 'Save the keys' }).click();
    await dialog.getByRole('button', { name: 'Remove 1 of 3 keys' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await stored()).toEqual(['/subject', '/detail/id']);
    await keys.getByRole('button', { name: 'Change the keys' }).click();
    await lines.fill('');
    await keys.getByRole('button', { name: 'Save the keys' }).click();
    await dialog.getByText('No key is left').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await keys.getByRole('button', { name: 'Cancel' }).click();
    await keys.getByText('/subject').waitFor();
  });

  test('asks before its profile changes: how many webhooks, what waits, and what becomes of it', async () => {
    const { page } = await open('/console/account');
    await page.getByLabel('Profile').selectOption('zendesk');
    const name = page.getByLabel('Name', { exact: true });
    await name.fill('Renamed');
    await page.reload();
    expect(await name.inputValue()).toBe('Renamed');
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Save the account' }).click();
    const apply = dialog.getByRole('button', { name: /^Apply zendesk to \d+ webhooks$/ });
    await apply.waitFor();
    await dialog.getByText(/^\d+ invocations wait now:/).waitFor();
    await dialog.getByText('invocations end without being sent').waitFor();
    expect(await problemsIn(page)).toEqual([]);
    const of = () => stage.hooktrail.account.get();
    const before = await of();
    expect(before.profile).toBe('durable');
    await apply.click();
    await dialog.waitFor({ state: 'detached' });
    expect(await of()).toMatchObject({ name: 'Renamed', profile: 'zendesk' });
    await stage.hooktrail.account.update(before);
    await page.reload();
    // The name alone changes nothing of a delivery.
    await name.fill('Renamed');
    await page.getByRole('button', { name: 'Save the account' }).click();
    await page.getByText('The account is saved.').waitFor();
    expect(await of()).toMatchObject({ name: 'Renamed', profile: 'durable' });
    await stage.hooktrail.account.update(before);
  });
});

describe('signatures and credentials', () => {
  test('a pasted request is valid, or the screen says why not; also for a token that only reads', async () => {
    const id = idOf('Healthy');
    const { secret } = await stage.hooktrail.webhooks.getSigningSecret(id);
    const at = '2026-11-01T12:00:00Z';
    const mac = createHmac('sha256', secret).update(`${at}{"a":1}`).digest('base64');
    const reader = await stage.hooktrail.tokens.create({ name: 'verifier', role: 'read' });
    const { page } = await open(`/console/webhooks/${id}`, { token: reader.secret });
    const card = page.locator('section[aria-label="Verify a signature"]');
    await card
      .getByLabel('Headers of the request')
      .fill(
        `> POST /hook HTTP/1.1\n> X-Zendesk-Webhook-Signature: ${mac}\n> X-Zendesk-Webhook-Signature-Timestamp: ${at}`,
      );
    await card.getByLabel('Body, exactly as received').fill('{"a":1}');
    await card.getByRole('button', { name: 'Verify the signature' }).click();
    await card.getByText('It is signed with the current secret.').waitFor();
    await card.getByLabel('Body, exactly as received').fill('{\n  "a": 1\n}');
    await card.getByRole('button', { name: 'Verify the signature' }).click();
    await card.getByText('this JSON without white space').waitFor();
    expect(await problemsIn(page)).toEqual([]);
    expect(await page.content()).not.toContain(secret);
    expect(await page.getByRole('button', { name: /^Reveal/ }).count()).toBe(0);
    await stage.hooktrail.tokens.revoke(reader.id);
  });

  test('the key pair is shown to all who verify, and replaced after a question', async () => {
    const id = idOf('Healthy');
    const { delivery } = await stage.hooktrail.webhooks.getDelivery(id);
    const { page } = await open(`/console/webhooks/${id}`);
    const card = page.locator('section[aria-label="Public key"]');
    await page.getByRole('button', { name: 'Change the rules' }).waitFor();
    // Without the rule there may be none: it is not asked for.
    expect(await card.count()).toBe(0);
    const rules = { ...delivery, standardWebhooks: true, signatures: ['v1', 'v1a'] };
    await stage.hooktrail.webhooks.updateDelivery(id, rules);
    const { publicKey } = await stage.hooktrail.webhooks.getPublicKey(id);
    await page.reload();
    await card.getByText(publicKey).waitFor();
    await card.getByRole('button', { name: 'Replace the key pair' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('The current key signs too').selectOption('for an hour');
    const replace = dialog.getByRole('button', { name: 'Replace 1 key pair' });
    expect(await replace.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type/).fill('Healthy');
    expect(await problemsIn(page)).toEqual([]);
    await replace.click();
    await card.getByText('The previous key').waitFor();
    await card.getByText(publicKey).waitFor();
    const next = await stage.hooktrail.webhooks.getPublicKey(id);
    expect(next.previousPublicKey).toBe(publicKey);
    await card.getByText(next.publicKey).waitFor();
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await axeProblems(page)).toEqual([]);
    const reader = await stage.hooktrail.tokens.create({ name: 'verifies', role: 'read' });
    const { page: second } = await open(`/console/webhooks/${id}`, { token: reader.secret });
    await second.getByText(next.publicKey).waitFor();
    expect(await second.getByRole('button', { name: 'Replace the key pair' }).count()).toBe(0);
    await stage.hooktrail.tokens.revoke(reader.id);
    await stage.hooktrail.webhooks.updateDelivery(id, delivery);
  });

  test('credentials are revealed after a question, hidden again, and the audit has it', async () => {
    const { id } = await stage.hooktrail.webhooks.create({
      name: 'Keyed',
      endpoint: `${stage.receiver.url}/ok`,
      httpMethod: 'POST',
      requestFormat: 'json',
      status: 'active',
      subscriptions: ['keyed.type'],
      customHeaders: { 'X-Hostile': HOSTILE.name },
      authentication: {
        type: 'bearer_token',
        data: { token: 'open-sesame' },
        addPosition: 'header',
      },
    });
    const { page } = await open(`/console/webhooks/${id}`);
    await heading(page, 'Keyed');
    await page.getByRole('button', { name: 'Reveal credentials and headers' }).click();
    await page.getByText('The audit gets 1 row').waitFor();
    expect(await page.getByText('open-sesame').count()).toBe(0);
    await page.getByRole('button', { name: 'Reveal them' }).click();
    await page.getByText('open-sesame').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await page.getByRole('button', { name: 'Hide' }).click();
    await page.getByText('open-sesame').waitFor({ state: 'detached' });
    await page.goto(`${stage.url}/console/audit?operation=revealWebhook`);
    await page.getByText('revealWebhook').first().waitFor();
    // They can be removed without others in their place.
    await page.goto(`${stage.url}/console/webhooks/${id}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Credentials').selectOption('none: remove the stored ones');
    await page.getByRole('button', { name: 'Save the changes' }).click();
    await page.getByText('Keyed is saved.').waitFor();
    expect((await stage.hooktrail.webhooks.get(id)).authentication).toBeUndefined();
    await stage.hooktrail.webhooks.delete(id);
  });
});

describe('undelivered now', () => {
  test('is grouped over everything, narrowed by a query, and replayed to another webhook', async () => {
    const { page } = await open('/console/undelivered');
    await page.getByText('25 in all.').waitFor();
    await page.setViewportSize({ width: 360, height: 800 });
    const groups = page.locator('.card', { has: page.getByRole('table') });
    expect(await groups.evaluate((card) => card.scrollWidth - card.clientWidth)).toBe(0);
    expect(await axeProblems(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    const line = page.getByRole('combobox', { name: 'Narrow what is undelivered' });
    await line.fill('webhook:Forbidden');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('8 in all.').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('webhook:Forbidden');
    await page.reload();
    await page.getByText('8 in all.').waitFor();
    await page.getByRole('button', { name: 'Replay these' }).click();
    const dialog = page.getByRole('dialog');
    // However small the screen is, the act stays in sight, and nothing looks like the cell that it came from.
    await page.setViewportSize({ width: 360, height: 600 });
    const act = await dialog.getByRole('button', { name: 'Replay 8 invocations' }).boundingBox();
    expect((act?.y ?? 600) + (act?.height ?? 0)).toBeLessThan(600);
    expect(
      await page.evaluate('getComputedStyle(document.querySelector("dialog")).textAlign'),
    ).toBe('start');
    await page.setViewportSize({ width: 1280, height: 900 });
    await dialog.getByLabel(/^Send to/).selectOption({ label: 'Healthy' });
    await dialog.getByText('All of them go to Healthy').waitFor();
    // An answer that comes while somebody types does not take back what is typed.
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/v1/jobs', async (route) => {
      await released;
      await route.continue();
    });
    await dialog.getByLabel(/^Order/).selectOption('newest');
    await dialog.getByRole('button', { name: 'Counting' }).waitFor();
    await dialog.getByLabel(/^At most/).fill('3');
    release();
    await dialog.getByRole('button', { name: 'Replay 8 invocations' }).waitFor();
    await page.unroute('**/v1/jobs');
    // A reload loses nothing, not even in a field that was not left; then it counts.
    await page.reload();
    await page.getByText('8 in all.').waitFor();
    await page.getByRole('button', { name: 'Replay these' }).click();
    await dialog.getByText('did not save is here again').waitFor();
    await dialog.getByText('All of them go to Healthy').waitFor();
    await dialog.getByRole('button', { name: 'Replay 3 invocations' }).waitFor();
    await dialog.getByRole('button', { name: 'Discard it' }).click();
    await dialog.getByRole('button', { name: 'Replay 8 invocations' }).waitFor();
    expect(await dialog.getByLabel(/^At most/).inputValue()).toBe('');
    await dialog.getByLabel(/^Send to/).selectOption({ label: 'Healthy' });
    await dialog.getByLabel(/^Order/).selectOption('newest');
    await dialog.getByLabel(/^At most/).fill('3');
    await page.keyboard.press('Tab');
    const before = stage.receiver.requests.filter(({ path }) => path === '/ok').length;
    await dialog.getByRole('button', { name: 'Replay 3 invocations' }).click();
    await page.waitForURL(/jobs\/01/);
    await page.locator('.page > .row .badge', { hasText: 'done' }).waitFor();
    expect(stage.receiver.requests.filter(({ path }) => path === '/ok').length).toBe(before + 3);
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    expect(await stage.hooktrail.jobs.get(id)).toMatchObject({
      targetWebhookId: idOf('Healthy'),
      order: 'newest',
      max: 3,
    });
  });

  test('one invocation goes to another webhook, and only this one', async () => {
    const { items } = await stage.hooktrail.invocations.list('webhook:Failing', { pageSize: 1 });
    const [one] = items;
    const { page } = await open(`/console/invocations/${one?.id}`);
    await page.getByRole('button', { name: 'Replay to another webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`invocation:${one?.id}`).waitFor();
    expect(await dialog.getByRole('button', { name: /^Replay 1/ }).isDisabled()).toBe(true);
    await dialog.getByLabel(/^Send to/).selectOption({ label: 'Healthy' });
    await dialog.getByRole('button', { name: 'Replay 1 invocation' }).click();
    await page.waitForURL(/jobs\/01/);
    await page.getByText('1 of 1').waitFor();
    // Other webhooks may be retried meanwhile.
    const jobId = new URL(page.url()).pathname.split('/').at(-1);
    const sent = () =>
      stage.receiver.requests.filter(({ headers }) => headers['x-hooktrail-job'] === jobId);
    await eventually('its request', () => sent().length > 0);
    expect(sent().map(({ path }) => path)).toEqual(['/ok']);
  });
});

test('of more webhooks than are offered, a part of the name finds the one to send to', async () => {
  const [one] = (await stage.hooktrail.invocations.list('webhook:Failing')).items;
  const { page } = await open('/console/');
  // As an account with more than 1,000 newer ones is answered.
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
  await page.goto(`${stage.url}/console/invocations/${one?.id}`);
  // Its name is not among the newest either.
  await page.getByRole('link', { name: 'Failing', exact: true }).waitFor();
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Replay to another webhook' }).click();
  await dialog.getByText('The newest 1,000 are offered').waitFor();
  await dialog.getByLabel(/^Part of the webhook's name/).fill('HEAL');
  await dialog.getByText('1 found').waitFor();
  expect(await problemsIn(page)).toEqual([]);
  await dialog.getByLabel(/^Send to/).selectOption({ label: 'Healthy' });
  await dialog.getByText('All of them go to Healthy').waitFor();
  // The chosen one stays, whatever is looked for afterwards.
  await dialog.getByLabel(/^Part of the webhook's name/).fill('orders');
  await dialog.getByText('1 found').waitFor();
  expect(await dialog.getByLabel(/^Send to/).inputValue()).toBe(idOf('Healthy'));
  // Nor is it among those that are offered after a reload.
  await page.reload();
  await page.getByRole('button', { name: 'Replay to another webhook' }).click();
  await dialog.getByRole('option', { name: 'Healthy' }).waitFor({ state: 'attached' });
  expect(await dialog.getByLabel(/^Send to/).inputValue()).toBe(idOf('Healthy'));
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Send as a test' }).click();
  await dialog.getByLabel(/^Part of the webhook's name/).fill('healthy');
  await dialog.getByLabel(/^Webhook/).selectOption({ label: 'Healthy' });
  await dialog.getByRole('button', { name: 'Send 1 test request to Healthy' }).click();
  await dialog.getByText('HTTP 200').waitFor();
});

describe('the overview', () => {
  test('says what is wrong first, with charts and the same time before', async () => {
    await stage.hooktrail.webhooks.pause(idOf('Orders, EU'));
    const { page } = await open('/console/');
    const wrong = page.locator('section[aria-label="What is wrong"]');
    await wrong.getByText('16 of 16 attempts failed in 24 hours').first().waitFor();
    await eventually('the pause is shown', async () => {
      await page.getByRole('link', { name: 'Jobs' }).click();
      await page.getByRole('link', { name: 'Overview' }).click();
      return (await wrong.getByText('1 paused').count()) === 1;
    });
    expect(await wrong.locator('tbody tr').first().textContent()).not.toContain('paused');
    for (const title of ['Attempts', 'Success', 'Duration']) {
      const chart = page.getByRole('img', { name: new RegExp(`^${title} by hour`) });
      await chart.waitFor();
      // It is drawn after the frame that shows its place.
      await chart.locator('canvas').first().waitFor();
      expect(await chart.locator('canvas').count()).toBe(1);
    }
    await page.getByText('the day before').first().waitFor();
    const table = page.locator('section[aria-label="By webhook"]');
    await table.getByRole('img', { name: /^Healthy: attempts by hour/ }).waitFor();
    expect(await table.locator('img').count()).toBe(0);
    await page.setViewportSize({ width: 360, height: 800 });
    expect(
      await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      ),
    ).toBe(0);
    // Nobody scrolls sideways to read what is wrong, or how busy a webhook is.
    for (const card of [wrong, table]) {
      expect(await card.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
    }
    await table.getByText('Healthy').waitFor();
    expect(await axeProblems(page)).toEqual([]);
    await stage.hooktrail.webhooks.resume(idOf('Orders, EU'));
  });
});

describe('storage', () => {
  test('shows bytes by day and table, what goes next and the nodes, to operators only', async () => {
    const { page } = await open('/console/');
    await heading(page, 'Overview');
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await heading(page, 'Storage');
    const today = new Date().toISOString().slice(0, 10);
    await page.locator('section[aria-label="By day"]').getByText(today).waitFor();
    await page.locator('section[aria-label="What goes next"]').getByText('delta').first().waitFor();
    await page.locator('section[aria-label="By table"]').getByText('invocation').first().waitFor();
    const nodes = page.getByRole('region', { name: 'Nodes' });
    await nodes.getByRole('row', { name: stage.url }).locator('.badge.ok').waitFor();
    await page.setViewportSize({ width: 360, height: 800 });
    expect(
      await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      ),
    ).toBe(0);
    expect(await axeProblems(page)).toEqual([]);
    const admin = await stage.hooktrail.tokens.create({ name: 'no operator', role: 'admin' });
    const { page: other } = await open('/console/storage', { token: admin.secret });
    await other.getByText('Only operators see the storage').waitFor();
    expect(await other.getByRole('region', { name: 'Nodes' }).count()).toBe(0);
    await stage.hooktrail.tokens.revoke(admin.id);
  });
});
