import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { startDatabaseGate } from '@hooktrail/harness/database-gate';
import { eventually } from '@hooktrail/harness/eventually';
import { type RawReceiver, startRawReceiver } from '@hooktrail/harness/raw-receiver';
import { answering } from '@hooktrail/harness/receiver';
import { parser } from '@prometheus-io/lezer-promql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GAUGE_JOINS } from '../../metrics/gauge-joins.ts';
import { type Scrape, scrape } from '../../testing/scrape.ts';
import { openStage, type Stage } from '../../testing/stage.ts';
import { subscribe } from '../../testing/subscribe.ts';
import { sql, startTestNode, type TestNode, TOKEN } from '../../testing/test-node.ts';

let stage: Stage;
let node: TestNode;
let raw: RawReceiver;

beforeAll(async () => {
  stage = await openStage();
  node = await stage.node({ metrics: { host: '127.0.0.1', port: 0 }, metricsWebhooks: 3 });
  raw = await startRawReceiver((socket) => socket.end('no answer at all'));
});
afterAll(async () => {
  await stage.close();
  await raw.close();
});

const read = (headers = {}): Promise<Scrape> => scrape(node.metricsUrl as string, headers);
const asOf = (token: string) => ({ authorization: `Bearer ${token}` });

/** Scrapes until something holds: those that come at once share a collection. */
const until = (what: string, holds: (scraped: Scrape) => boolean): Promise<Scrape> =>
  eventually(what, async () => {
    const scraped = await read();
    return holds(scraped) && scraped;
  });

async function makeToken(role: string): Promise<string> {
  const { status, body } = await node.call('POST', '/v1/tokens', { token: { name: role, role } });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.token.secret;
}

test('counters have what the trail has, after outcomes of every kind', async () => {
  const before = await read();
  // An alert asks how much they grew, so they begin at 0.
  expect(before.by('hooktrail_attempts_total', 'status', 'error_class')).toMatchObject({
    'failed/node exhausted': 0,
    'failed/proxy unusable': 0,
  });
  // No retries: each invocation has one attempt, and its outcome ends it.
  const once = { schedule_seconds: [], breaker: null };
  const good = await stage.scene(once);
  const bad = await stage.scene(once);
  bad.receiver.behave(answering(500));
  const gone = await stage.scene(once);
  gone.receiver.behave(answering(404));
  const moved = await stage.scene(once);
  moved.receiver.behave(answering(302, { location: '/elsewhere' }));
  const closed = await stage.scene(once);
  await closed.receiver.shut();
  const garbled = await subscribe(node.url, 'test.garbled', raw.url);
  await stage.rules(garbled, once);
  const unknown = await subscribe(node.url, 'test.unknown', 'http://no-such-host.invalid/');
  await stage.rules(unknown, once);
  const silent = await stage.scene({ ...once, time_limit_seconds: 1 });
  silent.receiver.behave(() => undefined);
  const inactive = await stage.scene(once);
  await node.call('PATCH', `/api/v2/webhooks/${inactive.webhookId}`, {
    webhook: { status: 'inactive' },
  });
  const limited = await stage.scene({ ...once, rate_limit: { requests: 1, seconds: 3_600 } });

  await stage.publish(node, good.type, 20);
  for (const { type } of [bad, gone, moved, closed, silent]) await stage.publish(node, type, 2);
  for (const type of ['test.garbled', 'test.unknown']) {
    await stage.publish(node, type, 2);
  }
  await node.call('POST', '/v1/events/batch', [{ type: inactive.type }, { type: inactive.type }]);
  await stage.publish(node, limited.type, 3);
  await stage.until(good.webhookId, { success: 20 });
  await stage.until(silent.webhookId, { timeout: 2 });
  await stage.until(limited.webhookId, { success: 1, throttled: 2 });
  // A look-up may take longer than all of those.
  await eventually('the end of all others', async () => {
    const [row] = await sql<{ left: number }>(
      stage.databaseUrl,
      `select count(*)::int as left from invocation where due_at is not null and status <> 'throttled'`,
    );
    return row?.left === 0;
  });
  // A repeated event, and one whose id was used with another body.
  const own = { id: 'own', type: good.type };
  for (const event of [own, own, { ...own, detail: { other: 1 } }]) {
    await node.call('POST', '/v1/events', event);
  }
  await stage.until(good.webhookId, { success: 21 });
  // Requests that are wrong are no events that were refused.
  const invoked = `/v1/webhooks/${good.webhookId}/invocations`;
  expect((await node.call('POST', invoked, { payload: {} })).status).toBe(422);
  const nowhere = '/v1/webhooks/01HQ3V8Z6J5X2K9W7T4R1P0N8M/invocations';
  expect((await node.call('POST', nowhere, { payload: {} })).status).toBe(404);

  const rows = await sql<{ key: string; count: number }>(
    stage.databaseUrl,
    `select status || '/' || coalesce(error_class, 'none') as key, count(*)::int as count
     from attempt group by 1`,
  );
  const attempts = Object.fromEntries(rows.map(({ count, key }) => [key, count]));
  expect(Object.keys(attempts).length).toBeGreaterThanOrEqual(7);
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const scraped = await until(
    'all attempts',
    (one) => one.value('hooktrail_attempts_total') >= total,
  );
  const notZero = (values: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));
  expect(notZero(scraped.by('hooktrail_attempts_total', 'status', 'error_class'))).toEqual(
    attempts,
  );
  expect(scraped.value('hooktrail_attempt_duration_seconds_count')).toBe(total);

  const [ended] = await sql<{ ended: Record<string, number> }>(
    stage.databaseUrl,
    `select json_object_agg(status, count) as ended
     from (select status, count(*) from invocation where due_at is null group by 1) as s`,
  );
  expect(notZero(scraped.by('hooktrail_invocations_finished_total', 'outcome'))).toEqual(
    ended?.ended,
  );
  const [created] = await sql<{ events: number; invocations: number }>(
    stage.databaseUrl,
    `select (select count(*)::int from event) as events,
       (select count(*)::int from invocation) as invocations`,
  );
  expect(notZero(scraped.by('hooktrail_events_total', 'result'))).toEqual({
    accepted: created?.events,
    repeated: 1,
    conflict: 1,
  });
  expect(scraped.value('hooktrail_invocations_created_total')).toBe(created?.invocations);
  expect(scraped.value('hooktrail_webhooks_skipped_total')).toBe(2);
  expect(scraped.by('hooktrail_invocations_held_total', 'status')).toMatchObject({ throttled: 2 });
  // Each invocation that was sent has one first attempt, but those that waited for a permit later.
  expect(scraped.value('hooktrail_first_attempt_delay_seconds_count')).toBe(total);
  expect(
    scraped.value('hooktrail_statement_duration_seconds_count', { statement: 'record-outcomes' }),
  ).toBeGreaterThan(5);

  // Nothing that counts goes back.
  for (const [name, type] of before.types) {
    if (type !== 'COUNTER' && type !== 'HISTOGRAM') continue;
    const counted = type === 'COUNTER' ? name : `${name}_count`;
    expect(scraped.value(counted), name).toBeGreaterThanOrEqual(before.value(counted));
  }
});

test('what ends because its event is no longer kept is counted as expired', async () => {
  const scene = await stage.scene();
  await node.call('POST', `/v1/webhooks/${scene.webhookId}/pause`);
  await stage.publish(node, scene.type);
  await sql(stage.databaseUrl, 'delete from event where type = $1', [scene.type]);
  await node.call('POST', `/v1/webhooks/${scene.webhookId}/resume`);
  await stage.until(scene.webhookId, { failed: 1 });
  const ended = await until(
    'the end',
    (one) => one.value('hooktrail_invocations_finished_total', { outcome: 'expired' }) > 0,
  );
  expect(ended.by('hooktrail_invocations_finished_total', 'outcome')).toMatchObject({ expired: 1 });
});

test('exemplars name invocations that exist, and only OpenMetrics has them', async () => {
  const text = (await read()).text;
  expect(text).not.toContain('# {');
  const answer = await fetch(node.metricsUrl as string, {
    headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' },
  });
  expect(answer.headers.get('content-type')).toBe(
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
  );
  const open = await answer.text();
  expect(open.endsWith('# EOF\n')).toBe(true);
  const ids = new Set(
    [...open.matchAll(/ # \{invocation_id="([0-9A-Z]{26})"\}/g)].map(([, id]) => id),
  );
  expect(ids.size).toBeGreaterThan(2);
  for (const id of ids) {
    expect((await node.call('GET', `/v1/invocations/${id}`)).status).toBe(200);
  }
});

test('names the busiest webhooks, whatever their names are; all others are one', async () => {
  const names = [
    'quote " and \\ back',
    'line\nbreak{a="b"} 1',
    '\u{1F600} \u00e9 # {x="y"} 5',
    'fourth',
  ];
  const webhooks: string[] = [];
  for (const [place, name] of names.entries()) {
    const { status, body } = await node.call('POST', '/api/v2/webhooks', {
      webhook: {
        name,
        endpoint: `${raw.url}/${place}`,
        http_method: 'POST',
        request_format: 'json',
        status: 'active',
        subscriptions: [`test.named.${place}`],
      },
    });
    expect(status, JSON.stringify(body)).toBe(201);
    webhooks.push(body.webhook.id);
  }
  const scraped = await read();
  const named = Object.keys(scraped.by('hooktrail_webhook_attempts_total', 'webhook_id'));
  // The first three have them, and one is that of the others.
  expect(named).toHaveLength(4);
  expect(scraped.value('hooktrail_webhook_attempts_total')).toBe(
    scraped.value('hooktrail_attempts_total'),
  );
  const [first] = named.filter((id) => id !== 'other');
  for (const name of names) {
    await node.call('PATCH', `/api/v2/webhooks/${first}`, { webhook: { name } });
    const shown = await until(`the name ${name}`, (one) =>
      Object.keys(one.by('hooktrail_webhook_attempts_total', 'webhook_name')).includes(name),
    );
    expect(shown.value('hooktrail_webhook_attempts_total')).toBe(
      scraped.value('hooktrail_attempts_total'),
    );
  }
});

test('many scrapers cost one collection', async () => {
  const before = (await read()).value('hooktrail_metrics_collections_total');
  await Promise.all(Array.from({ length: 60 }, () => fetch(node.metricsUrl as string)));
  const after = (await read()).value('hooktrail_metrics_collections_total');
  // They take less than the half second for which a collection is shared, or some more on a busy machine.
  expect(after - before).toBeLessThan(20);
});

test('only operators and the role metrics read them by token, and that role reads nothing else', async () => {
  const metrics = await makeToken('metrics');
  const url = `${node.url}/metrics`;
  expect((await scrape(url, asOf(metrics))).value('hooktrail_build_info')).toBe(1);
  expect((await scrape(url, asOf(TOKEN))).value('hooktrail_build_info')).toBe(1);
  expect((await fetch(url)).status).toBe(401);
  for (const role of ['admin', 'read', 'publish']) {
    expect((await fetch(url, { headers: asOf(await makeToken(role)) })).status).toBe(403);
  }
  for (const path of ['/v1/nodes', '/v1/invocations', '/api/v2/webhooks', '/v1/session']) {
    expect((await fetch(node.url + path, { headers: asOf(metrics) })).status).toBe(403);
  }
  // An admin could give it to itself otherwise, and read what all accounts do.
  const refused = await fetch(`${node.url}/v1/tokens`, {
    method: 'POST',
    headers: { ...asOf(await makeToken('admin')), 'content-type': 'application/json' },
    body: JSON.stringify({ token: { name: 'x', role: 'metrics' } }),
  });
  expect(refused.status).toBe(403);
  const session = await fetch(`${node.url}/v1/session`, { method: 'POST', headers: asOf(metrics) });
  expect(session.status).toBe(403);
});

test('requests count by the template of their route, and those of no route together', async () => {
  for (const path of ['/v1/invocations/x', '/v1/invocations/y', '/nothing/here', '/nor/here']) {
    await node.call('GET', path);
  }
  const scraped = await until(
    'the requests',
    (one) => one.value('hooktrail_http_requests_total', { route: 'none' }) >= 2,
  );
  const routes = Object.keys(scraped.by('hooktrail_http_requests_total', 'route'));
  expect(routes).toContain('/v1/invocations/:invocation_id');
  expect(routes.filter((route) => route.includes('here'))).toEqual([]);
});

test('the listener answers /metrics alone, and ends with its node', async () => {
  const other = await stage.node({ metrics: { host: '127.0.0.1', port: 0 } });
  const url = other.metricsUrl as string;
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  expect((await fetch(new URL('/v1/nodes', url))).status).toBe(404);
  // A page in a browser, whose name somebody resolves to 127.0.0.1.
  expect(await statusFor(url, { host: 'evil.example:9464' })).toBe(421);
  expect(await statusFor(url, { host: 'localhost:9464' })).toBe(200);
  const alone = await scrape(url);
  // Without the setting no metric has a webhook.
  expect(alone.text).not.toContain('webhook_id');
  await other.stop();
  await expect(fetch(url)).rejects.toThrow();
});

test('the port must be free, the host of this machine, and a start says which setting is wrong', async () => {
  const { port } = new URL(node.metricsUrl as string);
  await expect(stage.node({ metrics: { host: '127.0.0.1', port: Number(port) } })).rejects.toThrow(
    /HOOKTRAIL_METRICS_PORT/,
  );
  // An address for documentation, which no machine has.
  await expect(stage.node({ metrics: { host: '192.0.2.1', port: 0 } })).rejects.toThrow(
    /port 0 of 192\.0\.2\.1 \(EADDRNOTAVAIL\): correct HOOKTRAIL_METRICS_PORT or HOOKTRAIL_METRICS_HOST/,
  );
});

test('while the database is away, a scrape has what is known, and /readyz?verbose says what fails', async () => {
  const gate = await startDatabaseGate(stage.databaseUrl);
  const cut = await startTestNode(gate.url, { metrics: { host: '127.0.0.1', port: 0 } });
  const ask = async (path: string) => {
    const answer = await fetch(cut.url + path);
    return { status: answer.status, lines: (await answer.text()).split('\n') };
  };
  const shown = (what: string, holds: (scraped: Scrape) => boolean) =>
    eventually(what, async () => {
      const scraped = await scrape(cut.metricsUrl as string);
      return holds(scraped) && scraped;
    });
  try {
    const ready = await eventually('all checks', async () => {
      const { lines, status } = await ask('/readyz?verbose');
      return status === 200 && lines.every((line) => !line.startsWith('[!]')) && lines;
    });
    expect(ready).toEqual([
      '[+] node: takes requests',
      expect.stringMatching(/^\[\+\] database: answered within \d+ ms$/),
      '[+] notifications: hears of changes of other nodes',
      expect.stringMatching(/^\[\+\] deliveries: looked for due invocations \d+ s ago$/),
      expect.stringMatching(/^\[\+\] partitions: looked after partitions \d+ s ago$/),
      expect.stringMatching(/^\[\+\] heartbeat: said that it is up \d+ s ago$/),
      'ready',
      '',
    ]);

    gate.shut();
    const startedMs = performance.now();
    const first = await scrape(cut.metricsUrl as string);
    // It waits for 2 s; a statement that nobody answers would take 20.
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(first.value('hooktrail_build_info')).toBe(1);
    expect(first.text).not.toContain('hooktrail_nodes{');
    expect(first.value('hooktrail_database_up')).toBe(0);
    const away = await ask('/readyz?verbose');
    expect(away.status).toBe(503);
    expect(away.lines).toContain('[-] database: the database does not answer');
    expect(away.lines.at(-2)).toBe('not ready');
    expect(await ask('/readyz')).toEqual({
      status: 503,
      lines: ['{"status":"not ready","reason":"the database does not answer"}'],
    });

    gate.cut();
    // What waited for a connection fails later than what had one.
    const failed = await shown(
      'the failure',
      (one) => (one.by('hooktrail_metrics_read_failures_total', 'part')['nodes'] ?? 0) > 0,
    );
    expect(failed.text).toContain('\nhooktrail_database_up 0\n');
    gate.open();
    const back = await shown('the database', (one) => one.value('hooktrail_database_up') === 1);
    expect(back.by('hooktrail_nodes', 'state')['up']).toBeGreaterThan(0);
    await eventually('readiness', async () => (await ask('/readyz?verbose')).status === 200);
  } finally {
    gate.open();
    await cut.stop();
    await gate.close();
  }
});

/** The status of an answer to a request with headers that `fetch` does not set. */
function statusFor(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (answer) => resolve(answer.resume().statusCode)).once('error', reject);
  });
}

/** The names of metrics in an expression, and whether all of it could be read. */
function namesIn(expression: string): string[] {
  // Grafana replaces these before it asks Prometheus.
  const text = expression.replaceAll('$__rate_interval', '5m');
  const names: string[] = [];
  parser.parse(text).iterate({
    enter({ from, name, to, type }) {
      expect(type.isError, `${text} at ${from}`).toBe(false);
      if (name === 'Identifier') names.push(text.slice(from, to));
    },
  });
  return names;
}

test('the docs list every metric, and the dashboard and the rules use no others', async () => {
  const { types } = await read();
  const file = (path: string) => readFile(new URL(`../../../../${path}`, import.meta.url), 'utf8');
  const listed = [
    ...(await file('docs/metrics.md')).matchAll(/^\| `(hooktrail_\w+)` \| (\w+) \|/gm),
  ];
  const ours = [...types].filter(([name]) => name.startsWith('hooktrail_'));
  expect(Object.fromEntries(listed.map(([, name, type]) => [name, type?.toUpperCase()]))).toEqual(
    Object.fromEntries(ours),
  );

  const dashboard = JSON.parse(await file('deploy/prometheus/dashboard.json'));
  const panels: { title: string; targets?: { expr: string }[] }[] = dashboard.panels;
  const asked = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const rules = await file('deploy/prometheus/hooktrail.rules.yaml');
  const ruled = [...rules.matchAll(/^ +expr: (['"])(.*)\1$/gm)].map(([, , text]) => text as string);
  expect(asked.length).toBeGreaterThan(30);
  for (const some of [asked, ruled]) expect(some.join('\n')).toContain('hooktrail_alerts_open');
  expect(ruled.length).toBe(rules.split('- alert:').length - 1);
  const known = new Set(['up']);
  for (const [name, type] of types) {
    known.add(name);
    if (type === 'HISTOGRAM')
      for (const part of ['bucket', 'sum', 'count']) known.add(`${name}_${part}`);
  }
  for (const expression of [...asked, ...ruled]) {
    const names = namesIn(expression).filter((name) => !LABELS.has(name));
    expect(names.length, expression).toBeGreaterThan(0);
    for (const name of names) expect(known, expression).toContain(name);
  }

  const operations = await file('docs/operations.md');
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name as string);
  for (const name of alerts) {
    expect(rules).toContain(`runbook: docs/operations.md#${name.toLowerCase()}\n`);
    expect(operations).toContain(`### ${name}\n`);
  }
});

test('each gauge says how those of several processes become one', async () => {
  const { types } = await read();
  const unnamed = [...types]
    .filter(([name, type]) => type === 'GAUGE' && !GAUGE_JOINS.has(name))
    .map(([name]) => name);
  // Add it to server/src/metrics/gauge-joins.ts: is it of a process, or of the whole database?
  expect(unnamed).toEqual([]);
});

/** Identifiers that are names of labels. */
const LABELS = new Set([
  ...[
    'job',
    'instance',
    'le',
    'status',
    'error_class',
    'outcome',
    'phase',
    'held',
    'kind',
    'state',
    'severity',
  ],
  ...['pool', 'statement', 'table', 'route', 'result', 'webhook_name', 'source_name'],
]);
