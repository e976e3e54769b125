// Builds both images of deploy/container/Dockerfile from what is committed, and runs them as docs/deploy.md says: as
// another user, with a root that is only read and no capabilities. It takes minutes. On Debian it needs
//
//   apt-get install buildah podman runc mmdebstrap
//
//   npm run check-container [-- --base IMAGE]
//
// Without --base it makes a base itself, as no registry of images may be reachable: Debian by mmdebstrap, with the
// Node and the npm that the npm registry has.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILE = 'deploy/container/Dockerfile';
const MAJOR = 24;
/** A build or a start that takes longer hangs. */
const PATIENCE_MS = 20 * 60_000;
const START_MS = 90_000;

/** It takes cgroups of both versions. */
const RUNTIME = ['--runtime=runc'];

/** What the docs demand of every container. */
const HARDENED = [
  // Where raising a limit is not allowed, the runtime's defaults are too high.
  '--ulimit=nofile=16384:16384',
  '--ulimit=nproc=4096:4096',
  '--read-only',
  '--read-only-tmpfs=false',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  // The network of this machine: what is tried is the image, and not the runtime's bridges.
  '--network=host',
];

const { argv } = process;
const given = argv.includes('--base') ? argv[argv.indexOf('--base') + 1] : undefined;
const name = `hooktrail-check-${randomBytes(4).toString('hex')}`;
const folder = mkdtempSync(join(tmpdir(), `${name}-`));
const images = [];
const containers = [];
const volumes = [];
let failed = false;
try {
  const base = given ?? makeBase();
  run('sh', ['-c', `git archive HEAD | tar -x -C ${folder}/ --one-top-level=context`], {
    cwd: ROOT,
  });
  const whole = build(base, 'hooktrail');
  const bare = build(base, 'without-postgres');
  await checkWhole(whole);
  await checkBare(bare);
  console.log('\nBoth images work.');
} catch (error) {
  failed = true;
  console.error(`\n${error.message}`);
} finally {
  for (const container of containers) quiet('podman', ['rm', '--force', '--time=0', container]);
  for (const volume of volumes) quiet('podman', ['volume', 'rm', '--force', volume]);
  for (const image of images.reverse()) quiet('buildah', ['rmi', '--force', image]);
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

/** An image of Debian with Node and npm, in the places where the official images of Node have them. */
function makeBase() {
  const tar = join(folder, 'base.tar');
  const packages = join(folder, 'packages');
  const debian = '/etc/ssl/certs/ca-certificates.crt';
  run('mmdebstrap', ['--quiet', '--variant=minbase', '--include=ca-certificates', 'bookworm', tar]);
  const node = `node-linux-${process.arch}`;
  const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', '--prefix', packages, ...flags, `${node}@${MAJOR}`, 'npm@11']);
  const modules = join(packages, 'node_modules');
  const container = text('buildah', ['from', 'scratch']);
  const add = (from, to) => run('buildah', ['add', '--quiet', container, from, to]);
  add(tar, '/');
  add(join(modules, node, 'bin', 'node'), '/usr/local/bin/node');
  add(join(modules, 'npm'), '/usr/local/lib/node_modules/npm');
  // A machine whose registry is behind a proxy of its own trusts more than Debian does.
  add(debian, debian);
  const npm = '../lib/node_modules/npm/bin/npm-cli.js';
  run('buildah', [
    'run',
    '--isolation=chroot',
    container,
    '--',
    'ln',
    '-s',
    npm,
    '/usr/local/bin/npm',
  ]);
  run('buildah', ['config', '--env', `NODE_EXTRA_CA_CERTS=${debian}`, container]);
  const image = `localhost/${name}-base`;
  run('buildah', ['commit', '--quiet', '--rm', container, image]);
  images.push(image);
  return image;
}

function build(base, target) {
  const image = `localhost/${name}-${target}`;
  const flags = ['--quiet', '--layers', '--format=docker', '--network=host', '--isolation=chroot'];
  const args = ['--build-arg', `BASE=${base}`, '--file', FILE, '--target', target, '--tag', image];
  const startedMs = Date.now();
  run('buildah', ['bud', ...flags, ...args, '.'], { cwd: join(folder, 'context') });
  images.push(image);
  const [{ Size: bytes }] = JSON.parse(text('podman', ['image', 'inspect', image]));
  const seconds = Math.round((Date.now() - startedMs) / 1_000);
  console.log(`\nbuilt ${target} in ${seconds} s: ${Math.round(bytes / 1e6)} MB`);
  return image;
}

/** The image that brings its own PostgreSQL. */
async function checkWhole(image) {
  const volume = `${name}-data`;
  volumes.push(volume);
  run('podman', ['volume', 'create', volume], { stdio: 'ignore' });
  const port = await freePort();
  const options = [`--volume=${volume}:/var/lib/hooktrail`, '--env', `HOOKTRAIL_PORT=${port}`];
  const first = start(image, options);
  const url = `http://127.0.0.1:${port}`;
  await ready(url, first);
  // It listens before it has written the token, and the log comes through Podman.
  const token = await until(START_MS, () => /^\s*(ht_\S+)$/m.exec(logs(first))?.[1]);
  expect('starts, and prints the first token', token !== undefined);
  expect('runs as 10001', text('podman', ['exec', first, 'id', '-u']) === '10001');
  const probe = quiet('podman', ['exec', first, 'sh', '-c', ': >/opt/hooktrail/x || : >/tmp/x']);
  expect('writes nowhere but in its volume', probe.status !== 0);
  expect('is healthy', quiet('podman', ['healthcheck', 'run', first]).status === 0);
  const version = text('podman', ['exec', first, 'hooktrail', '--version']);
  expect('has the command', /^\d+\.\d+\.\d+$/.test(version));
  expect('accepts an event', (await publish(url, token)) === 202);
  const page = await fetch(`${url}/console/`);
  expect('serves the console', page.ok);
  const rival = podmanRun(image, options, ['start']);
  expect(
    'refuses a second container on its volume',
    rival.status === 1 && /in use by another container/.test(rival.stderr),
  );
  expect('and goes on', (await publish(url, token)) === 202);

  // A power failure: the lock of a process with the same id, in another container, must not hold.
  run('podman', ['kill', '--signal=KILL', first], { stdio: 'ignore' });
  const second = start(image, options);
  await ready(url, second);
  expect('starts again after a kill', (await publish(url, token)) === 202);
  expect('is drained by SIGTERM, and ends with 0', stop(second) === 0);
  expect('says so', /"msg":"stopped"/.test(logs(second)));
  const third = start(image, options);
  await ready(url, third);
  const { events } = await (await ask(url, token, '/v1/events')).json();
  expect('has the events of before', events.length === 3);
  stop(third);
  const backup = podmanRun(
    image,
    [`--volume=${volume}:/var/lib/hooktrail`],
    ['backup', '/var/lib/hooktrail/../hooktrail-backup.tar.gz'],
  );
  expect('writes no backup beside its volume', backup.status !== 0);
  const saved = `${name}-saved`;
  volumes.push(saved);
  const both = [`--volume=${volume}:/var/lib/hooktrail`, `--volume=${saved}:/backup:U`];
  const made = podmanRun(image, both, ['backup', '/backup/hooktrail.tar.gz']);
  expect('writes a backup to another volume', made.status === 0);
  const restored = `${name}-restored`;
  volumes.push(restored);
  const back = [`--volume=${restored}:/var/lib/hooktrail`, `--volume=${saved}:/backup`];
  expect(
    'restores it',
    podmanRun(image, back, ['restore', '/backup/hooktrail.tar.gz']).status === 0,
  );
  const fourth = start(image, [back[0], ...options.slice(1)]);
  await ready(url, fourth);
  const again = await (await ask(url, token, '/v1/events')).json();
  expect('starts from it', again.events.length === 3);
  stop(fourth);
}

/** The image for a PostgreSQL of the user's; here the one of the other image serves. */
async function checkBare(image) {
  const alone = podmanRun(image, [], ['start']);
  // Podman itself logs there where it has no systemd for its health checks.
  const lines = alone.stderr
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('time='));
  const says = /set HOOKTRAIL_DATABASE_URL/.test(alone.stderr);
  expect(
    'without PostgreSQL: says in one line what it needs',
    alone.status === 1 && says && lines.length === 1,
  );
  const postgres = await startPostgres();
  try {
    const key = randomBytes(32).toString('base64');
    const token = randomBytes(16).toString('hex');
    const nodes = [];
    for (let n = 0; n < 2; n++) {
      const port = await freePort();
      const settings = {
        HOOKTRAIL_PORT: port,
        HOOKTRAIL_DATABASE_URL: postgres.url,
        HOOKTRAIL_SECRET_KEY: key,
        HOOKTRAIL_BOOTSTRAP_TOKEN: token,
        HOOKTRAIL_DRAIN_DELAY_SECONDS: 3,
      };
      const env = Object.entries(settings).flatMap(([one, value]) => ['--env', `${one}=${value}`]);
      const container = start(image, env);
      const url = `http://127.0.0.1:${port}`;
      await ready(url, container);
      nodes.push({ container, url });
    }
    const [one, two] = nodes;
    expect('two nodes on one PostgreSQL', (await publish(one.url, token)) === 202);
    const { events } = await (await ask(two.url, token, '/v1/events')).json();
    expect('each has what the other accepted', events.length === 1);
    // While it drains, /readyz says so and requests are still served.
    run('podman', ['kill', '--signal=TERM', one.container], { stdio: 'ignore' });
    const seen = await until(10_000, async () => {
      const { status } = await fetch(`${one.url}/readyz`).catch(() => ({ status: 0 }));
      return status === 503 || undefined;
    });
    expect('a node that drains is not ready', seen === true);
    expect('and still accepts', (await publish(one.url, token)) === 202);
    expect('then it ends with 0', text('podman', ['wait', one.container]) === '0');
    expect('the other goes on', (await publish(two.url, token)) === 202);
    expect('and ends with 0', stop(two.container) === 0);
  } finally {
    postgres.stop();
  }
}

/** Debian's PostgreSQL, where it is installed. */
async function startPostgres() {
  const bin = text('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | tail -1']);
  const data = join(folder, 'postgres');
  const port = await freePort();
  run('install', ['-d', '-m', '700', '-o', 'postgres', data]);
  run('chmod', ['711', folder]);
  const as = (args) =>
    run('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', ...args], {
      stdio: 'ignore',
      cwd: '/',
    });
  as([
    `${bin}/initdb`,
    '--username=hooktrail',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    data,
  ]);
  const options = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=`;
  as([`${bin}/pg_ctl`, '--wait', '-D', data, '-o', options, '-l', join(data, 'log'), 'start']);
  return {
    url: `postgresql://hooktrail@127.0.0.1:${port}/postgres`,
    stop: () => as([`${bin}/pg_ctl`, '--mode=immediate', '-D', data, 'stop']),
  };
}

function start(image, options) {
  const container = text('podman', [...RUNTIME, 'run', '--detach', ...HARDENED, ...options, image]);
  containers.push(container);
  return container;
}

function podmanRun(image, options, args) {
  return quiet('podman', [...RUNTIME, 'run', '--rm', ...HARDENED, ...options, image, ...args]);
}

function stop(container) {
  run('podman', ['stop', '--time=60', container], { stdio: 'ignore' });
  return Number(text('podman', ['wait', container]));
}

function logs(container) {
  const { stdout, stderr } = quiet('podman', ['logs', container]);
  return stdout + stderr;
}

async function ready(url, container) {
  const isReady = await until(START_MS, async () => {
    const { ok } = await fetch(`${url}/readyz`).catch(() => ({ ok: false }));
    return ok || undefined;
  });
  if (!isReady) throw new Error(`it did not become ready:\n${logs(container)}`);
}

function ask(url, token, path, body) {
  return fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });
}

async function publish(url, token) {
  return (await ask(url, token, '/v1/events', '{"type": "check.sent"}')).status;
}

async function until(patienceMs, look) {
  const endMs = Date.now() + patienceMs;
  while (Date.now() < endMs) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(200);
  }
  return undefined;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function expect(what, isSo) {
  console.log(`  ${isSo ? 'ok    ' : 'FAILED'} ${what}`);
  if (!isSo) throw new Error(`the image fails at: ${what}`);
}

function quiet(program, args) {
  return spawnSync(program, args, { encoding: 'utf8', timeout: PATIENCE_MS });
}

function text(program, args) {
  return run(program, args, { stdio: ['ignore', 'pipe', 'inherit'] }).stdout.trim();
}

function run(program, args, options = {}) {
  const done = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: PATIENCE_MS,
    ...options,
  });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`${program} ${args[0]} ended with ${done.status}`);
  return done;
}
