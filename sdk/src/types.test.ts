import { describe, expectTypeOf, it } from 'vitest';
import type {
  AccountDetails,
  AuditEntry,
  BatchResult,
  CreatedExport,
  CreatedReplay,
  EffectiveRules,
  ExportEstimate,
  Hooktrail,
  Job,
  JobEstimate,
  LinkedInvocation,
  NewToken,
  SkippedItem,
  Token,
  WebhookHealth,
} from './hooktrail.ts';
import {
  type APIError,
  NotFoundError,
  type Open,
  type Page,
  type Webhook,
  type WebhookInput,
  type WebhookInvocation,
  type WebhookInvocationAttempt,
  type WebhookInvocationStatus,
  Zendesk,
} from './index.ts';
import { verifySignature } from './signature.ts';

// The compiler is the test: nothing here runs. Lines that must not compile are marked, and the
// compiler reports a marked line that does compile.
const types = (check: (zendesk: Zendesk, hooktrail: Hooktrail) => unknown) => {
  void check;
};

describe('the types', () => {
  it('of settings', () => {
    types(() => {
      new Zendesk();
      new Zendesk({ subdomain: undefined, auth: undefined, timeoutMs: undefined });
      new Zendesk({ subdomain: 'a', auth: { username: 'u', password: 'p' } });
      new Zendesk({ baseUrl: 'b', auth: { email: 'e', apiToken: 't' } });
      new Zendesk({ auth: () => ({ accessToken: 't' }), logger: console });
      new Zendesk({ auth: async () => ({ accessToken: 't' }), fetch });
      // @ts-expect-error: a password is missing
      new Zendesk({ auth: { username: 'u' } });
      // @ts-expect-error: a token is not a password
      new Zendesk({ auth: { username: 'u', apiToken: 't' } });
      // @ts-expect-error: a signal would end every call of the client
      new Zendesk({ signal: new AbortController().signal });
      // @ts-expect-error: no such strategy
      new Zendesk({ retries: { strategy: 'linear' } });
      // @ts-expect-error: no such setting
      new Zendesk({ timeout: 1 });
    });
  });

  it('of lists', () => {
    types(async (zendesk) => {
      const list = zendesk.webhookInvocations.list('w', { filterFromTs: new Date(), pageSize: 5 });
      expectTypeOf(await list).toEqualTypeOf<Page<WebhookInvocation>>();
      expectTypeOf(await (await list).next()).toEqualTypeOf<Page<WebhookInvocation> | null>();
      for await (const item of list) expectTypeOf(item).toEqualTypeOf<WebhookInvocation>();
      for await (const page of list.pages())
        expectTypeOf(page.items[0]?.id).toEqualTypeOf<string | undefined>();
      expectTypeOf(await list.all({ limit: 1 })).toEqualTypeOf<WebhookInvocation[]>();
      expectTypeOf((await list.withResponse()).response).toEqualTypeOf<Response>();
      const promise: Promise<Page<WebhookInvocation>> = list;
      void promise;
      // @ts-expect-error: the names are in camel case
      void zendesk.webhookInvocations.list('w', { filter_status: 'failed' });
      // @ts-expect-error: a filter of webhooks
      void zendesk.webhookInvocations.list('w', { filterNameContains: 'x' });
      // @ts-expect-error: the webhook is missing
      void zendesk.webhookInvocations.list();
    });
  });

  it('of models', () => {
    types(async (zendesk) => {
      const webhook = await zendesk.webhooks.get('w');
      expectTypeOf(webhook).toEqualTypeOf<Webhook>();
      expectTypeOf(webhook.createdAt).toEqualTypeOf<Date>();
      expectTypeOf(webhook.updatedAt).toEqualTypeOf<Date | undefined>();
      expectTypeOf(await zendesk.webhooks.update('w', {} as WebhookInput)).toEqualTypeOf<void>();
      const attempts = await zendesk.webhookInvocations.listAttempts('w', 'i');
      expectTypeOf(attempts).toEqualTypeOf<WebhookInvocationAttempt[]>();
      // @ts-expect-error: the attempt may be absent, and so may its answer
      attempts[0].response.payload;
      expectTypeOf(attempts[0]?.response?.headers?.[0]?.value).toEqualTypeOf<string | undefined>();
      // @ts-expect-error: a name of the wire
      webhook.created_at;
      // @ts-expect-error: reading a webhook never returns its secret
      webhook.signingSecret;
    });
  });

  it('of statuses, which are open', () => {
    types(() => {
      const status: WebhookInvocationStatus = 'a status of tomorrow';
      const known: WebhookInvocationStatus = 'circuit broken';
      expectTypeOf<string>().toExtend<Open<'a'>>();
      expectTypeOf<Open<'a'>>().toExtend<string>();
      return [status, known];
    });
  });

  it('of inputs', () => {
    types((zendesk) => {
      const input = {
        name: 'n',
        endpoint: 'https://example.com',
        httpMethod: 'POST',
        requestFormat: 'json',
        status: 'active',
      } as const;
      void zendesk.webhooks.create({ ...input, subscriptions: ['a'] as const });
      void zendesk.webhooks.patch('w', { authentication: null, description: undefined });
      void zendesk.webhooks.test({ payload: [['a', 'b']] }, { webhookId: 'w', timeoutMs: 1 });
      // @ts-expect-error: a webhook needs a name
      void zendesk.webhooks.create({ ...input, name: undefined });
      // @ts-expect-error: a password needs a user name
      void zendesk.webhooks.patch('w', { authentication: { type: 'basic_auth', data: {} } });
      void zendesk.webhooks.patch('w', {
        // @ts-expect-error: only an API key goes into the query
        authentication: { type: 'bearer_token', data: { token: 't' }, addPosition: 'query_string' },
      });
      // @ts-expect-error: the server sets it
      void zendesk.webhooks.patch('w', { createdAt: new Date() });
    });
  });

  it('of errors', () => {
    types(async (zendesk) => {
      try {
        await zendesk.webhooks.get('w');
      } catch (error) {
        if (error instanceof NotFoundError) {
          expectTypeOf(error).toExtend<APIError>();
          expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | undefined>();
          expectTypeOf(error.data).toEqualTypeOf<unknown>();
        }
      }
    });
  });

  it('of signatures', () => {
    types(async () => {
      const request = {} as import('node:http').IncomingMessage;
      await verifySignature({ secret: 's', body: '', headers: request.headers });
      await verifySignature({ secret: ['s'], body: new Uint8Array(), headers: new Headers() });
      const checked = verifySignature({ secret: 's', body: '', headers: {} });
      // @ts-expect-error: it returns nothing
      if (await checked) return;
      // @ts-expect-error: a parsed body
      await verifySignature({ secret: 's', body: {}, headers: {} });
    });
  });

  it('of Hooktrail', () => {
    types(async (zendesk, hooktrail) => {
      const takesZendesk = (client: Zendesk) => client;
      takesZendesk(hooktrail);
      // @ts-expect-error: Zendesk does not accept events
      zendesk.events;
      // @ts-expect-error: Zendesk does not invoke webhooks
      zendesk.webhooks.invoke;
      // @ts-expect-error: Zendesk does not keep a replaced secret
      void zendesk.webhooks.resetSigningSecret('w', { graceSeconds: 60 });
      const rotated = await hooktrail.webhooks.resetSigningSecret('w', { graceSeconds: 60 });
      expectTypeOf(rotated.previousUntil).toEqualTypeOf<Date | undefined>();
      void hooktrail.webhooks.updateDelivery('w', { rateLimit: null, scheduleSeconds: [] });
      // @ts-expect-error: a rate limit has a period
      void hooktrail.webhooks.updateDelivery('w', { rateLimit: { requests: 1 } });
      // @ts-expect-error: an account keeps its number
      void hooktrail.account.update({ id: 2 });
      // @ts-expect-error: a Zendesk is not a Hooktrail
      const wrong: Hooktrail = zendesk;
      void wrong;
      const [first] = await hooktrail.events.publishBatch([{ type: 't' }]);
      expectTypeOf(first).toEqualTypeOf<BatchResult | undefined>();
      if (first && !first.error) expectTypeOf(first.event.id).toEqualTypeOf<string>();
      if (first?.error) expectTypeOf(first.error.code).toEqualTypeOf<string>();
      // @ts-expect-error: an event has a type
      void hooktrail.events.publish({});
      // @ts-expect-error: a key is for one event; a batch uses the events' ids
      void hooktrail.events.publishBatch([], { idempotencyKey: 'k' });
    });
  });

  it('of tokens, accounts and the audit', () => {
    types(async (zendesk, hooktrail) => {
      // @ts-expect-error: Zendesk has no such tokens
      zendesk.tokens;
      const list = hooktrail.tokens.list({ accountId: 2, pageSize: 5 });
      expectTypeOf(await list).toEqualTypeOf<Page<Token>>();
      expectTypeOf(await (await list).next()).toEqualTypeOf<Page<Token> | null>();
      for await (const token of list) expectTypeOf(token.createdAt).toEqualTypeOf<Date>();
      const created = await hooktrail.tokens.create({ name: 'n', role: 'read' }, { accountId: 2 });
      expectTypeOf(created).toEqualTypeOf<NewToken>();
      expectTypeOf(await hooktrail.tokens.revoke('t', { timeoutMs: 1 })).toEqualTypeOf<void>();
      // @ts-expect-error: only a new token has a secret
      (await list).items[0]?.secret;
      // @ts-expect-error: this list has one order
      void hooktrail.tokens.list({ sort: 'name' });
      // @ts-expect-error: a token has a role
      void hooktrail.tokens.create({ name: 'n' });
      // @ts-expect-error: an account is a number
      void hooktrail.tokens.list({ accountId: '2' });

      const account = await hooktrail.accounts.update(2, { suspended: true, name: undefined });
      expectTypeOf(account).toEqualTypeOf<AccountDetails>();
      expectTypeOf(account.suspendedAt).toEqualTypeOf<Date | undefined>();
      expectTypeOf(await hooktrail.accounts.list().all()).toEqualTypeOf<AccountDetails[]>();
      // @ts-expect-error: an account has a name
      void hooktrail.accounts.create({ profile: 'durable' });
      // @ts-expect-error: an operator does not change the profile of an account
      void hooktrail.accounts.update(2, { profile: 'durable' });
      // @ts-expect-error: the account is missing
      void hooktrail.accounts.get();

      const [entry] = await hooktrail.audit.list({ filterOperation: 'patchWebhook' }).all();
      expectTypeOf(entry).toEqualTypeOf<AuditEntry | undefined>();
      expectTypeOf(entry?.changes[0]?.from).toEqualTypeOf<unknown>();
      // @ts-expect-error: a filter of invocations
      void hooktrail.audit.list({ filterStatus: 'failed' });
    });
  });

  it('of jobs', () => {
    types(async (zendesk, hooktrail) => {
      // @ts-expect-error: Zendesk has no jobs
      zendesk.jobs;
      const created = await hooktrail.jobs.create({
        query: 'status:failed',
        canary: { count: 5, successShare: 0.9 },
        stopOn: { failureShare: 0.5, ofLast: 100 },
      });
      expectTypeOf(created).toEqualTypeOf<CreatedReplay>();
      expectTypeOf(created.estimate).toEqualTypeOf<JobEstimate>();
      expectTypeOf(created.canary?.passed).toEqualTypeOf<boolean | undefined>();
      expectTypeOf(created.stopOn?.ofLast).toEqualTypeOf<number | undefined>();
      expectTypeOf(await hooktrail.jobs.dryRun({ all: true })).toEqualTypeOf<JobEstimate>();
      const asked = { kind: 'export', of: 'events' } as const;
      expectTypeOf(await hooktrail.jobs.dryRun(asked)).toEqualTypeOf<ExportEstimate>();
      const exported = await hooktrail.jobs.create(asked);
      expectTypeOf(exported).toEqualTypeOf<CreatedExport>();
      expectTypeOf((await hooktrail.jobs.wait(exported)).counts.rows).toEqualTypeOf<number>();
      // @ts-expect-error: an export says what its rows are
      await hooktrail.jobs.create({ kind: 'export' });
      // @ts-expect-error: an export has no rate
      await hooktrail.jobs.create({ ...asked, rate: 5 });
      const job = await hooktrail.jobs.get('j');
      if (job.kind === 'export')
        expectTypeOf(job.files.keptUntil).toEqualTypeOf<Date | undefined>();
      else expectTypeOf(job.counts.position).toEqualTypeOf<number>();
      expectTypeOf(job).toEqualTypeOf<Job>();
      expectTypeOf(job.endedAt).toEqualTypeOf<Date | undefined>();
      // @ts-expect-error: only a new job says what it is about to do
      job.estimate;
      expectTypeOf(await hooktrail.jobs.wait('j')).toEqualTypeOf<Job>();
      for await (const item of hooktrail.jobs.skipped('j')) {
        expectTypeOf(item).toEqualTypeOf<SkippedItem>();
      }
      const { copiedFrom, copiedTo } = await hooktrail.invocations.get('i');
      expectTypeOf(copiedFrom).toEqualTypeOf<LinkedInvocation | undefined>();
      expectTypeOf(copiedTo?.webhookId).toEqualTypeOf<string | undefined>();
      // @ts-expect-error: only the rate changes
      void hooktrail.jobs.update('j', { max: 5 });
      // @ts-expect-error: a canary has a share
      void hooktrail.jobs.create({ query: 'a', canary: { count: 5 } });
      // @ts-expect-error: no such order
      void hooktrail.jobs.create({ query: 'a', order: 'random' });
    });
  });

  it('of null, omitted by reading except where it is a value', () => {
    types(async (zendesk, hooktrail) => {
      const webhook = await zendesk.webhooks.get('w');
      expectTypeOf(webhook.description).toEqualTypeOf<string | undefined>();
      expectTypeOf<WebhookHealth['pausedAt']>().toEqualTypeOf<Date | undefined>();
      const { effective } = await hooktrail.webhooks.getDelivery('w');
      expectTypeOf(effective.rateLimit).toEqualTypeOf<EffectiveRules['rateLimit']>();
      expectTypeOf<null>().toExtend<EffectiveRules['rateLimit']>();
      expectTypeOf<null>().toExtend<EffectiveRules['breaker']>();
      void zendesk.webhooks.patch('w', { description: null });
      // @ts-expect-error: a name cannot be removed
      void zendesk.webhooks.patch('w', { name: null });
      // @ts-expect-error: no retries is an empty list, not null
      void hooktrail.webhooks.updateDelivery('w', { scheduleSeconds: null });
    });
  });

  it('of request()', () => {
    types(async (zendesk) => {
      expectTypeOf(await zendesk.request({ path: '/x' })).toEqualTypeOf<unknown>();
      expectTypeOf(await zendesk.request<{ a: 1 }>({ path: ['x'] })).toEqualTypeOf<{ a: 1 }>();
      // @ts-expect-error: the path is missing
      void zendesk.request({});
    });
  });
});
