// The receiver of the kill run, a process of its own that nobody kills. It writes every request to
// an append-only file before it answers, and every answer after it was given. Each node has a name
// server of its own and so an address of its own of the same receiver: that tells who sent what.
import { createHash, createHmac } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import process from 'node:process';
import { EVENT_END } from './event-end.mjs';
import { createRandom } from './random.mjs';
import { startNameServer } from './start-name-server.mjs';

const { file, seed, secret, nodes } = JSON.parse(process.argv[2]);
/** An idle connection of the endpoint `idle` is closed after this time, without an announcement. */
const IDLE_MS = 2_000;

/** Faults are over: every endpoint answers 200 immediately. */
let calm = false;
let lastHit = 0;
let lastConnection = 0;

const log = (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What each endpoint does with a request: `how` it ends, after `ms`. */
const ENDPOINTS = {
  quick: () => ({ how: 'answer', status: 200, ms: 0 }),
  paid: () => ({ how: 'answer', status: 204, ms: 0 }),
  slow: (random) => ({ how: 'answer', status: 200, ms: random.between(1_000, 5_000) }),
  flaky: (random, earlier) => ({
    how: 'answer',
    status: earlier < random.whole(1, 2) ? 500 : 200,
    ms: 0,
  }),
  idle: () => ({ how: 'answer', status: 200, ms: 0 }),
  reset: (random) => {
    const drawn = random.between(0, 1);
    if (drawn < 0.1) return { how: 'reset', ms: random.between(0, 50) };
    if (drawn < 0.13) return { how: 'half a head', ms: 0 };
    if (drawn < 0.16) return { how: 'half a body', status: 200, ms: 0 };
    return { how: 'answer', status: 200, ms: 0 };
  },
  backlog: (random) => ({ how: 'answer', status: 200, ms: random.between(2_000, 3_000) }),
};

async function open(name) {
  const random = createRandom(seed, `receiver ${name}`);
  const hitsOf = new Map();
  const handle = (incoming, response) => {
    const { socket } = incoming;
    socket.requests++;
    clearTimeout(socket.idleTimer);
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('error', () => undefined);
    incoming.on('end', () => {
      void receive(incoming, Buffer.concat(chunks), response);
    });
  };

  async function receive(incoming, body, response) {
    const { socket, headers } = incoming;
    const n = ++lastHit;
    const invocation = headers['x-zendesk-webhook-invocation-id'];
    const timestamp = headers['x-zendesk-webhook-signature-timestamp'];
    const earlier = hitsOf.get(invocation) ?? 0;
    hitsOf.set(invocation, earlier + 1);
    const end = body.indexOf(EVENT_END);
    const cut = end === -1 ? 0 : end + EVENT_END.length;
    const signature = createHmac('sha256', secret).update(`${timestamp}`).update(body);
    const chosen = calm ? { how: 'answer', status: 200, ms: 0 } : ENDPOINTS[name](random, earlier);
    log({
      what: 'hit',
      n,
      endpoint: name,
      at: Date.now(),
      invocation,
      webhook: headers['x-zendesk-webhook-id'],
      timestamp,
      signed: headers['x-zendesk-webhook-signature'] === signature.digest('base64'),
      hash: createHash('sha256').update(body.subarray(0, cut)).digest('hex'),
      added: body.subarray(cut).toString().slice(0, 1_000),
      sender: socket.sender,
      connection: socket.number,
      request: socket.requests,
    });
    const ended = (how, status) => log({ what: 'end', n, at: Date.now(), how, status });
    response.on('close', () => {
      if (chosen.how !== 'answer') return;
      // `finish`: the operating system has the whole answer. Otherwise the sender had gone.
      if (response.writableFinished) ended('answered', chosen.status);
      else ended('gone');
      if (name === 'idle') socket.idleTimer = setTimeout(() => socket.destroy(), IDLE_MS);
    });
    if (chosen.ms > 0) await sleep(chosen.ms);
    if (socket.destroyed) {
      if (chosen.how !== 'answer') ended('gone');
      return;
    }
    if (chosen.how === 'reset') {
      socket.resetAndDestroy();
      ended('reset');
    } else if (chosen.how === 'half a head') {
      socket.end('HTTP/1.1 200 OK\r\ncontent-le');
      ended('half a head');
    } else if (chosen.how === 'half a body') {
      socket.end(`HTTP/1.1 200 OK\r\nx-hit: ${n}\r\ncontent-length: 100\r\n\r\nhalf of it`);
      ended('half a body', 200);
    } else {
      response.writeHead(chosen.status, { 'x-hit': String(n) });
      response.end(chosen.status === 204 ? undefined : 'received');
    }
  }

  let port = 0;
  for (const sender of nodes) port = await listen(handle, addressOf(sender), port, sender);
  return port;
}

/** 127.0.0.2 for the first node, and so on. A system without them (macOS) has 127.0.0.1, for one node. */
function addressOf(sender) {
  return nodes.length === 1 ? '127.0.0.1' : `127.0.0.${nodes.indexOf(sender) + 2}`;
}

function listen(handle, address, port, sender) {
  const server = createServer(handle);
  // 0: no `Keep-Alive: timeout=...` in answers. Connections stay open, but for `idle`.
  server.keepAliveTimeout = 0;
  server.on('connection', (socket) => {
    socket.number = ++lastConnection;
    socket.requests = 0;
    socket.sender = sender;
    socket.on('error', () => undefined);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve(server.address().port));
  });
}

process.on('message', (message) => {
  if (message.calm) calm = true;
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the parent decides when this process ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

const ports = {};
for (const name of Object.keys(ENDPOINTS)) ports[name] = await open(name);
const nameServers = [];
for (const sender of nodes) nameServers.push(await startNameServer(addressOf(sender)));
process.send({ ports, nameServers });
