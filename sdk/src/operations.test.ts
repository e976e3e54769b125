import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Hooktrail } from './hooktrail.ts';

const spec = JSON.parse(
  readFileSync(new URL('../../spec/openapi.json', import.meta.url), 'utf8'),
) as { paths: Record<string, Record<string, unknown>> };

/** What load balancers and Prometheus ask for and others send to: no operation of the API. */
const PROBES = ['GET /healthz', 'GET /readyz', 'GET /metrics', 'POST /in/{token}'];

const documented = Object.entries(spec.paths)
  .flatMap(([path, methods]) => Object.keys(methods).map((name) => `${name.toUpperCase()} ${path}`))
  .filter((operation) => !PROBES.includes(operation));

it('every operation of the API has a method, and every method an operation', async () => {
  const called = new Set<string>();
  const hooktrail = new Hooktrail({
    baseUrl: 'http://localhost',
    auth: { accessToken: 'x' },
    fetch: async (url, { method }) => {
      const path = new URL(url).pathname
        .replace('/1', '/{id}')
        .replace('/2', '/{invocation_id}')
        .replace('/3', '/{attempt_id}')
        .replace('/4', '/{number}')
        .replace('/5', '/{kind}');
      called.add(`${method} ${path}`);
      return Response.json({});
    },
  });
  const { account, accounts, audit, events, invocations, tokens, webhookInvocations, webhooks } =
    hooktrail;
  // The result does not matter: no body above is a valid answer.
  const calls: Record<string, Record<string, () => PromiseLike<unknown>>> = {
    account: {
      get: () => account.get(),
      update: () => account.update({}),
      keys: () => account.keys(),
      replaceKeys: () => account.replaceKeys([]),
    },
    accounts: {
      list: () => accounts.list(),
      create: () => accounts.create({ name: 'n' }),
      get: () => accounts.get(1),
      update: () => accounts.update(1, {}),
    },
    audit: { list: () => audit.list() },
    views: {
      list: () => hooktrail.views.list(),
      create: () => hooktrail.views.create({ name: 'n', screen: 's' }),
      get: () => hooktrail.views.get('1'),
      replace: () => hooktrail.views.replace('1', { name: 'n', screen: 's' }),
      delete: () => hooktrail.views.delete('1'),
    },
    alerts: {
      list: () => hooktrail.alerts.list(),
      get: () => hooktrail.alerts.get('1'),
      acknowledge: () => hooktrail.alerts.acknowledge('1'),
    },
    alertRules: {
      list: () => hooktrail.alertRules.list(),
      update: () => hooktrail.alertRules.update('5', {}),
    },
    alertMutes: {
      list: () => hooktrail.alertMutes.list(),
      create: () => hooktrail.alertMutes.create({ kind: 'backlog' }),
      delete: () => hooktrail.alertMutes.delete('1'),
    },
    alertRoutes: {
      list: () => hooktrail.alertRoutes.list(),
      create: () =>
        hooktrail.alertRoutes.create({ name: 'n', kind: 'email', addresses: ['a@b.example'] }),
      get: () => hooktrail.alertRoutes.get('1'),
      update: () => hooktrail.alertRoutes.update('1', { name: 'n' }),
      delete: () => hooktrail.alertRoutes.delete('1'),
      test: () => hooktrail.alertRoutes.test('1'),
    },
    inboxes: {
      list: () => hooktrail.inboxes.list(),
      create: () => hooktrail.inboxes.create({ name: 'n', scheme: 'none' }),
      get: () => hooktrail.inboxes.get('1'),
      update: () => hooktrail.inboxes.update('1', {}),
      rotate: () => hooktrail.inboxes.rotate('1'),
      delete: () => hooktrail.inboxes.delete('1'),
    },
    sources: {
      list: () => hooktrail.sources.list(),
      create: () =>
        hooktrail.sources.create({ name: 'n', subdomain: 's', credentials: { accessToken: 't' } }),
      get: () => hooktrail.sources.get('1'),
      update: () => hooktrail.sources.update('1', {}),
      delete: () => hooktrail.sources.delete('1'),
      pause: () => hooktrail.sources.pause('1'),
      resume: () => hooktrail.sources.resume('1'),
      poll: () => hooktrail.sources.poll('1'),
      gaps: () => hooktrail.sources.gaps('1'),
      webhooks: () => hooktrail.sources.webhooks('1'),
      reconcile: () => hooktrail.sources.reconcile('1'),
      reconciled: () => hooktrail.sources.reconciled('1', 'not_arrived'),
      check: () =>
        hooktrail.sources.check({ name: 'n', subdomain: 's', credentials: { accessToken: 't' } }),
    },
    sessions: {
      create: () => hooktrail.sessions.create({ token: 't' }),
      get: () => hooktrail.sessions.get(),
      end: () => hooktrail.sessions.end(),
      createCode: () => hooktrail.sessions.createCode(),
    },
    // These are functions themselves. The feed would connect again for ever.
    counts: { '': () => hooktrail.counts() },
    undelivered: { '': () => hooktrail.undelivered() },
    problems: { '': () => hooktrail.problems() },
    storage: { '': () => hooktrail.storage() },
    nodes: { '': () => hooktrail.nodes() },
    feed: { '': () => hooktrail.feed({ signal: AbortSignal.timeout(100) }).next() },
    events: {
      publish: () => events.publish({ type: 't' }),
      publishBatch: () => events.publishBatch([]),
      list: () => events.list(),
      get: () => events.get('1'),
      body: () => events.body('1'),
      invocations: () => events.invocations('1'),
    },
    invocations: {
      list: () => invocations.list(),
      get: () => invocations.get('2'),
      attempts: () => invocations.attempts('2'),
      attempt: () => invocations.attempt('2', 4),
      listOfWebhook: () => invocations.listOfWebhook('1'),
      listAttempts: () => invocations.listAttempts('1', '2'),
      attemptsOfWebhook: () => invocations.attemptsOfWebhook('1', '2'),
      getOfWebhook: () => invocations.getOfWebhook('1', '2'),
      replay: () => invocations.replay('1', '2'),
      resend: () => invocations.resend('1', '2'),
      revealHeaders: () => invocations.revealHeaders('1', '2', '3'),
    },
    jobs: {
      create: () => hooktrail.jobs.create({}),
      dryRun: () => hooktrail.jobs.dryRun({}),
      list: () => hooktrail.jobs.list(),
      get: () => hooktrail.jobs.get('1'),
      update: () => hooktrail.jobs.update('1', { rate: 1 }),
      pause: () => hooktrail.jobs.pause('1'),
      resume: () => hooktrail.jobs.resume('1'),
      cancel: () => hooktrail.jobs.cancel('1'),
      skipped: () => hooktrail.jobs.skipped('1'),
      files: () => hooktrail.jobs.files('1'),
      download: () => hooktrail.jobs.download('1', 4).getReader().read(),
      deleteFiles: () => hooktrail.jobs.deleteFiles('1'),
      wait: () => hooktrail.jobs.wait('1'),
    },
    // Itself a method.
    search: {},
    tokens: {
      list: () => tokens.list(),
      create: () => tokens.create({ name: 'n', role: 'read' }),
      revoke: () => tokens.revoke('1'),
    },
    webhookInvocations: {
      list: () => webhookInvocations.list('1'),
      listAttempts: () => webhookInvocations.listAttempts('1', '2'),
      attempts: () => webhookInvocations.attempts('1', '2'),
    },
    webhooks: {
      list: () => webhooks.list(),
      create: () => webhooks.create({} as never),
      clone: () => webhooks.clone('1'),
      get: () => webhooks.get('1'),
      update: () => webhooks.update('1', {} as never),
      patch: () => webhooks.patch('1', {}),
      delete: () => webhooks.delete('1'),
      test: () => webhooks.test({}),
      getSigningSecret: () => webhooks.getSigningSecret('1'),
      resetSigningSecret: () => webhooks.resetSigningSecret('1'),
      invoke: () => webhooks.invoke('1', {}),
      getPublicKey: () => webhooks.getPublicKey('1'),
      replacePublicKey: () => webhooks.replacePublicKey('1'),
      getClientCertificate: () => webhooks.getClientCertificate('1'),
      updateClientCertificate: () =>
        webhooks.updateClientCertificate('1', { certificate: 'c', privateKey: 'k' }),
      deleteClientCertificate: () => webhooks.deleteClientCertificate('1'),
      getDelivery: () => webhooks.getDelivery('1'),
      updateDelivery: () => webhooks.updateDelivery('1', {}),
      pause: () => webhooks.pause('1'),
      resume: () => webhooks.resume('1'),
      health: () => webhooks.health('1'),
      verify: () => webhooks.verify('1', { headers: {} }),
      reveal: () => webhooks.reveal('1'),
    },
  };
  const names = (of: object) =>
    Object.entries(of).map(([name, methods]) => `${name}: ${Object.keys(methods).sort()}`);
  expect(names(hooktrail).sort()).toEqual(names(calls).sort());

  await Promise.allSettled([hooktrail.search('q')]);
  await Promise.allSettled(
    Object.values(calls).flatMap((of) => Object.values(of).map((call) => call())),
  );
  expect([...called].sort()).toEqual(documented.sort());
});
