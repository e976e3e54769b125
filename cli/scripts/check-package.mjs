// Packs `hooktrail` and `@hooktrail/sdk`, installs both in an empty folder of another user, and uses them
// there on several Nodes, as a new user does: --help, --version, a node with its own PostgreSQL, the
// console, a list, the demo, and the SDK's entries. It takes minutes and reaches the registry:
//
//   npm run check-package -w hooktrail [-- MAJOR...]
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const majors = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24'];

/** A registry that does not answer must not hang it. */
const PATIENCE_MS = 5 * 60_000;

/** Debian's `nobody`; whoever is not root has no other user. */
const NOBODY = 65_534;
const other = process.getuid() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

const folder = mkdtempSync(join(tmpdir(), 'hooktrail-package-'));
chmodSync(folder, 0o755);
try {
  const tarballs = ['hooktrail', '@hooktrail/sdk'].map((name) => {
    const args = ['pack', '--silent', '-w', name, '--pack-destination', folder];
    const { stdout } = run('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    return join(folder, stdout.trim().split('\n').at(-1));
  });
  for (const major of majors) await check(major, tarballs);
  console.log(`\nThe packages work on Node ${majors.join(', ')}.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function check(major, tarballs) {
  const name = `node-${process.platform}-${process.arch}`;
  const nodes = join(folder, 'nodes', major);
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', '--no-save', '--prefix', nodes, ...flags, `${name}@${major}`]);
  const node = join(nodes, 'node_modules', name, 'bin', 'node');

  const home = join(folder, `user-${major}`);
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{"private": true}\n');
  if (other.uid !== undefined) {
    for (const path of [home, join(home, 'package.json')]) chownSync(path, other.uid, other.gid);
  }
  const user = {
    ...other,
    cwd: home,
    env: {
      // Proxies and certificates of this machine, but no settings of ours, nor those of npm's own run.
      ...Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !/^(HOOKTRAIL|ZENDESK|XDG|npm)_/.test(name)),
      ),
      HOME: home,
      PATH: [dirname(node), process.env.PATH].join(delimiter),
      npm_config_cache: join(home, '.npm'),
    },
  };
  const output = (args, input) =>
    run('npx', args, { ...user, input, stdio: ['pipe', 'pipe', 'inherit'] }).stdout;
  console.log(
    `\nNode ${run(node, ['--version'], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout}`,
  );
  run('npm', ['install', ...flags, ...tarballs], user);

  expect('--help lists the commands', /invocations\|list/.test(output(['hooktrail', '--help'])));
  expect('--version', /^\d+\.\d+\.\d+\n$/.test(output(['hooktrail', '--version'])));
  expect(
    'the samples of events',
    output(['hooktrail', 'trigger', '--list', '-o', 'id']).includes('ticket.created\n'),
  );
  await checkStart(user, output);
  expect(
    'demo',
    /Everything was as expected/.test(output(['hooktrail', 'demo', '--exit', '--port', '0'])),
  );
  const entries = ['', '/hooktrail', '/query', '/signature'].map((path) => `@hooktrail/sdk${path}`);
  const code = `for (const one of ${JSON.stringify(entries)}) await import(one); console.log('ok')`;
  const imported = run(node, ['--input-type=module', '-e', code], {
    ...user,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect("the SDK's entries", imported.stdout === 'ok\n');
}

/** A node on a free port, and what a new user does first. */
async function checkStart(user, output) {
  const args = ['hooktrail', 'start', '--port', '0', '--data-dir', join(user.cwd, 'data')];
  const child = spawn('npx', args, {
    ...user,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  const listening = new Promise((resolve, reject) => {
    const read = (chunk) => {
      text += chunk;
      const url = /"url":"([^"]+)","msg":"hooktrail is up"/.exec(text)?.[1];
      const token = /^ {2}(ht_\S+)$/m.exec(text)?.[1];
      if (url && token) resolve({ url, token });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`hooktrail start ended:\n${text}`)));
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const { url, token } = await listening;
  const login = output(['hooktrail', 'login', '--url', url, '--token-stdin'], token);
  expect('login', /"role":"operator"/.test(login));
  const published = output(['hooktrail', 'publish', 'order.paid', '-o', 'csv']);
  expect('publish', published.split('\r\n').length === 3);
  expect('events list', /"type":"order.paid"/.test(output(['hooktrail', 'events', 'list'])));
  const page = await fetch(`${url}/console/`);
  expect('the console', page.ok && (await page.text()).includes('<script'));
  // As Ctrl-C in a terminal: npx does not pass a signal on.
  process.kill(-child.pid, 'SIGINT');
  await ended;
  expect('stops cleanly', /"msg":"stopped"/.test(text));
}

function expect(what, isSo) {
  console.log(`  ${isSo ? 'ok    ' : 'FAILED'} ${what}`);
  if (!isSo) throw new Error(`the package fails at: ${what}`);
}

function run(program, args, options = {}) {
  const done = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: 'inherit',
    timeout: PATIENCE_MS,
    ...options,
  });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${done.status}`);
  return done;
}
