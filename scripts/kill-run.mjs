import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { audit } from './kill-run/audit.mjs';
import { call } from './kill-run/call.mjs';
import { DebianDatabase } from './kill-run/debian-database.mjs';
import { EmbeddedDatabase } from './kill-run/embedded-database.mjs';
import { Faults } from './kill-run/faults.mjs';
import { Publisher } from './kill-run/publisher.mjs';
import { createRandom } from './kill-run/random.mjs';
import { settle } from './kill-run/settle.mjs';
import { SupervisedNode } from './kill-run/supervised-node.mjs';

// npm run kill-run -- --mode embedded --minutes 15
// npm run kill-run -- --mode nodes --minutes 15 --seed 7
// npm run kill-run -- --mode nodes --processes 2
// Kills nodes and PostgreSQL under load and audits the trail from outside: by docs/ and
// spec/contract.md alone. It imports nothing of the workspaces, so it cannot share their mistakes.

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'embedded' },
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    processes: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const processes = Number(values.processes);
if (!['embedded', 'nodes'].includes(values.mode))
  usage('--mode must be embedded or nodes', values.mode);
if (!(minutes >= 0.5 && minutes <= 600))
  usage('--minutes must be a number from 0.5 to 600', values.minutes);
if (!(Number.isSafeInteger(processes) && processes >= 1 && processes <= 8))
  usage('--processes must be a whole number from 1 to 8', values.processes);
if (!Number.isSafeInteger(seed) || seed < 0) usage('--seed must be a whole number', values.seed);

const NODES = values.mode === 'embedded' ? ['node 1'] : ['node 1', 'node 2', 'node 3'];
const TYPES = ['kill.paid', 'kill.sent', 'kill.refund.failed'];
/** What each endpoint's webhook subscribes to. */
const SUBSCRIPTIONS = {
  quick: ['kill.*'],
  paid: ['kill.paid'],
  slow: ['kill.*'],
  flaky: ['kill.*'],
  idle: ['kill.sent', 'tick.idle'],
  reset: ['kill.*'],
  backlog: ['backlog.item'],
};
/** Rules that differ from the profile's. `reset` fails often enough to exhaust ten attempts. */
const RULES = {
  reset: { schedule_seconds: Array.from({ length: 20 }, (_, retry) => Math.min(1 + retry, 10)) },
  backlog: { concurrency: 1 },
};
/** A backlog that outlasts the faults: its endpoint takes 2.5 s and each process sends one at a time. */
const BACKLOG = Math.ceil(((minutes * 60) / 2.5) * NODES.length * processes * 1.1);
/** Node itself needs this long to start, on a busy machine. */
const UNBORN_MS = 2_000;
const SETTLE_MS = 10 * 60_000;
/** In a run of ten minutes or more, fewer deaths while the backlog waits prove too little. */
const ENOUGH_DEATHS = 22;

const violations = new Map();
const violate = (rule, what) => violations.set(rule, [...(violations.get(rule) ?? []), what]);
const figures = new Map();
const say = (text) => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);

const folder = mkdtempSync(`${tmpdir()}/hooktrail-kill-run-`);
// As root, PostgreSQL runs under an account of its own that must get through.
chmodSync(folder, 0o711);
const random = createRandom(seed, 'restarts');
const restartMs = () => random.between(100, 2_500);
const ports = [];
for (const _ of NODES) ports.push(await freePort());
const token = `ht_${randomBytes(24).toString('hex')}`;
const secret = randomBytes(32).toString('base64');

let receiver;
let database;
const nodes = [];
process.on('exit', () => {
  for (const node of nodes) node.abandon();
  database?.abandon();
  receiver?.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

say(`seed ${seed}, ${minutes} minutes, ${values.mode}, in ${folder}`);
const { ports: endpoints, nameServers } = await startReceiver();
const secretKey = randomBytes(32).toString('base64');
if (values.mode === 'nodes') {
  database = new DebianDatabase({ folder, restartMs });
  await database.ready();
} else {
  database = new EmbeddedDatabase({ folder: `${folder}/data`, port: ports[0], token });
}
for (const [index, name] of NODES.entries()) {
  nodes.push(
    new SupervisedNode({
      name,
      port: ports[index],
      log: `${folder}/${name.replace(' ', '-')}.log`,
      restartMs,
      env: {
        PATH: process.env.PATH,
        HOOKTRAIL_PORT: String(ports[index]),
        HOOKTRAIL_PROCESSES: String(processes),
        HOOKTRAIL_DATA_DIR: `${folder}/data`,
        HOOKTRAIL_BOOTSTRAP_TOKEN: token,
        HOOKTRAIL_SECRET_KEY: secretKey,
        HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
        HOOKTRAIL_DNS_SERVERS: `127.0.0.1:${nameServers[index]}`,
        HOOKTRAIL_LOG_FORMAT: 'json',
        ...database.env(),
      },
    }),
  );
}
for (const node of nodes) node.start();
for (const port of ports) await ready(port, 120_000);

const webhooks = [];
for (const [name, subscriptions] of Object.entries(SUBSCRIPTIONS))
  webhooks.push(await createWebhook(name, subscriptions));
const expects = (type) =>
  webhooks
    .filter(({ subscriptions }) =>
      subscriptions.some((one) =>
        one.endsWith('*') ? type.startsWith(one.slice(0, -1)) : one === type,
      ),
    )
    .map(({ id }) => id);
const publishers = ['one', 'two', 'three', 'four', 'ticks', 'backlog'].map(
  (name) =>
    new Publisher({ name, seed, ports, token, file: `${folder}/accepted.jsonl`, expects, violate }),
);
const [ticks, backlog] = publishers.slice(4);
for (let left = BACKLOG; left > 0; left -= 100) {
  await backlog.batch(Array.from({ length: Math.min(left, 100) }, () => 'backlog.item'));
}
say(`a backlog of ${BACKLOG} waits; faults begin`);

const began = Date.now();
const faults = new Faults({ seed, nodes, database, until: began + minutes * 60_000, violate });
let publishing = true;
const work = [
  ...publishers
    .slice(0, 4)
    .map((publisher) => loop(500, 2_000, publisher, () => publisher.publish(TYPES))),
  // Around the two seconds after which the endpoint `idle` closes its connections.
  loop(1_950, 2_050, ticks, () => ticks.publish(['tick.idle'])),
  look(),
];
await faults.run();
const endedAt = Date.now();
say(`${faults.list.length} faults; now everything finishes`);
for (const node of nodes) await ready(node.port, 120_000);
publishing = false;
await Promise.all(work);
receiver.send({ calm: true });
const settled = await settle({ ports, token, webhooks, limitMs: SETTLE_MS });
say(
  `${settled.left} invocations are not a success after ${(settled.ms / 1_000).toFixed(0)} s; the audit begins`,
);
for (const publisher of publishers) await publisher.sendAgain(20);
const accepted = publishers.flatMap((publisher) => publisher.accepted);
const hitsFile = `${folder}/hits.jsonl`;
const found = await audit({
  ports,
  token,
  webhooks,
  accepted,
  hitsFile,
  faults: faults.list,
  violate,
});

checkDeaths();
for (const node of nodes) {
  const inTime = await node.finish();
  const { code } = node.ends.at(-1);
  if (!inTime || code !== 0)
    violate('nodes that did not end well at the end', `${node.name}: ${code}`);
}
await database.finish();
checkEnds();
await new Promise((resolve) => {
  receiver.once('exit', resolve);
  receiver.disconnect();
});
report();

function usage(rule, value) {
  console.error(`kill-run: ${rule}, got "${value}"`);
  process.exit(2);
}

function startReceiver() {
  const options = JSON.stringify({ file: `${folder}/hits.jsonl`, seed, secret, nodes: NODES });
  writeFileSync(`${folder}/hits.jsonl`, '');
  receiver = spawn(
    process.execPath,
    [fileURLToPath(new URL('kill-run/receiver.mjs', import.meta.url)), options],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  return new Promise((resolve, reject) => {
    receiver.once('message', (message) => resolve(message));
    receiver.once('exit', () => reject(new Error('the receiver ended')));
  });
}

/**
 * A port that nothing listens on now. A node keeps it through all its restarts, so it is below those that the
 * system gives to outgoing connections and to servers that ask for any: while a node is down, one of these
 * could get it, and the node could not start again. Tests and other runs beside this one look for ports there too: as
 * they do, this takes the UDP port of the same number, which nobody needs, for as long as it lives.
 */
async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const claim = createSocket('udp4').unref();
    const isOurs = await new Promise((resolve) => {
      claim.once('error', () => claim.close(() => resolve(false)));
      claim.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
    });
    if (!isOurs) continue;
    const isFree = await new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

async function ready(port, limitMs) {
  for (const end = Date.now() + limitMs; ; ) {
    const answer = await call(port, token, 'GET', '/readyz', { timeoutMs: 3_000 }).catch(
      () => undefined,
    );
    if (answer?.status === 200) return;
    if (Date.now() > end)
      throw new Error(`no node is ready at port ${port}; see the logs in ${folder}`);
    await sleep(200);
  }
}

async function createWebhook(name, subscriptions) {
  const body = JSON.stringify({
    webhook: {
      name,
      subscriptions,
      endpoint: `http://receiver.test:${endpoints[name]}/${name}`,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      signing_secret: { secret },
    },
  });
  const created = await call(ports[0], token, 'POST', '/api/v2/webhooks', { body });
  if (created.status !== 201) throw new Error(JSON.stringify(created.json));
  const { id } = created.json.webhook;
  if (RULES[name] !== undefined) {
    const rules = JSON.stringify({ delivery: RULES[name] });
    const answer = await call(ports[0], token, 'PUT', `/v1/webhooks/${id}/delivery`, {
      body: rules,
    });
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.json));
  }
  return { id, name, subscriptions };
}

async function loop(shortest, longest, publisher, publish) {
  while (publishing) {
    await publish();
    await sleep(publisher.random.between(shortest, longest));
  }
}

/** Somebody who looks at the trail meanwhile: answers are pages, 503 or none. */
async function look() {
  const lookAt = createRandom(seed, 'look');
  while (publishing) {
    const { id } = lookAt.pick(webhooks);
    const path = `/api/v2/webhooks/${id}/invocations?page[size]=20`;
    const answer = await call(lookAt.pick(ports), token, 'GET', path).catch(() => undefined);
    if (answer !== undefined && ![200, 503].includes(answer.status)) {
      violate('unexpected answers to readers', `${answer.status} ${JSON.stringify(answer.json)}`);
    }
    await sleep(lookAt.between(500, 1_500));
  }
}

function checkDeaths() {
  const deaths = faults.list.filter(({ death }) => death);
  const backlogEnds = found.get('the backlog ended at');
  found.delete('the backlog ended at');
  const waited = deaths.filter(({ from }) => from <= backlogEnds).length;
  figures.set('deaths of nodes while the backlog waited', waited);
  if (minutes >= 10 && waited < ENOUGH_DEATHS) {
    violate('runs that prove too little', `${waited} deaths while the backlog waited`);
  }
}

/** A node ends only when it is asked to, and then with 0. */
function checkEnds() {
  const outages = faults.list.filter(({ target }) => target === 'postgres');
  for (const node of nodes) {
    for (const { startedAt, at, code, by, sent } of node.ends) {
      const outage = outages.some(
        ({ from, to }) => from <= at && (to ?? from) + 5_000 >= startedAt,
      );
      const what = `${node.name} at ${new Date(at).toISOString()}: ${code ?? by}`;
      if (sent === 'SIGKILL') continue;
      // Before Node runs the program nothing can listen to a signal.
      if (by === 'SIGTERM' && at - startedAt < UNBORN_MS) continue;
      if (sent === 'SIGTERM' && code !== 0 && !outage)
        violate('nodes that did not end well at SIGTERM', what);
      if (sent !== undefined) continue;
      // Without its database a node does not start; its supervisor starts it again.
      if (outage && code === 1 && at - startedAt < 60_000)
        figures.set(
          'starts without a database',
          (figures.get('starts without a database') ?? 0) + 1,
        );
      else violate('nodes that ended by themselves', what);
    }
  }
}

function report() {
  const table = new Map();
  for (const { kind } of faults.list) table.set(kind, (table.get(kind) ?? 0) + 1);
  const lines = (entries) =>
    entries.map(([name, value]) => `| ${name.padEnd(72)} | ${String(value).padStart(9)} |`);
  const answers = new Map();
  for (const publisher of publishers) {
    for (const [word, many] of publisher.answers)
      answers.set(word, (answers.get(word) ?? 0) + many);
  }
  const kills = faults.list.filter(({ kind }) => kind.includes('killed')).length;
  const row = (name) => `| ${`**${name}**`.padEnd(72)} | ${''.padStart(9)} |`;
  const rules = [...violations].map(([rule, list]) => [`${rule}`, list.length]);
  console.log(
    [
      `| ${''.padEnd(72)} | ${''.padStart(9)} |`,
      `| ${'-'.repeat(72)} | ${'-'.repeat(8)}: |`,
      row('faults'),
      ...lines([...table].sort()),
      ...lines([
        ['seconds between kills, on average', ((endedAt - began) / 1_000 / kills).toFixed(1)],
      ]),
      row('publishers'),
      ...lines([...answers].sort().map(([word, many]) => [`answers: ${word}`, many])),
      row('found'),
      ...lines([...found, ...figures].sort()),
      ...lines([['invocations sent by hand, whose wait was long', settled.byHand]]),
      ...lines([['seconds until everything was final', (settled.ms / 1_000).toFixed(0)]]),
      row('violations'),
      ...lines(rules.length > 0 ? rules : [['none', 0]]),
      row('the run'),
      ...lines([
        ['mode', values.mode],
        ['minutes of faults', minutes],
        ['seed', seed],
      ]),
    ].join('\n'),
  );
  for (const [rule, list] of violations) {
    console.log(`\n${list.length} ${rule}:`);
    for (const what of list.slice(0, 10)) console.log(`  ${what}`);
  }
  process.exitCode = violations.size > 0 ? 1 : 0;
  writeFileSync(
    `${folder}/faults.json`,
    JSON.stringify({ faults: faults.list, violations: [...violations] }),
  );
  if (violations.size > 0 || values.keep) console.log(`\nLogs and books are in ${folder}.`);
  else rmSync(folder, { recursive: true, force: true });
}
