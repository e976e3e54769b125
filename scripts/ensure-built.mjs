import { spawn } from 'node:child_process';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

// This file runs before anything is installed and must be able to report an old Node: it uses no
// dependency and nothing newer than Node 16.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NEEDED = [20, 19];

/**
 * Makes a fresh or outdated clone ready to run: checks the Node version, installs the packages if
 * the lock file is newer than the installation, compiles `projects` and their references, and builds
 * the console if its sources are newer than its build.
 * Prints one line per step. If a step fails, prints the output of the tool and exits with status 1.
 */
export async function ensureBuilt(...projects) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
    console.error(`Hooktrail needs Node ${NEEDED.join('.')} or newer; this is ${process.version}.`);
    process.exit(1);
  }
  // npm writes the first file at the end of an installation, so an interrupted one does not count.
  if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json')) {
    // The compiler is a development dependency, which NODE_ENV=production would omit, and
    // PostgreSQL an optional one.
    const include = ['--include=dev', '--include=optional'];
    const flags = [...include, '--no-audit', '--no-fund', '--loglevel=error'];
    await step('Installing packages (npm ci)', 'npm', ['ci', ...flags]);
  }
  await step('Compiling (tsc -b)', `${ROOT}node_modules/.bin/tsc`, ['-b', ...projects]);
  if (newestOf(CONSOLE_SOURCES) > changedAt('console/dist/index.html')) {
    await step('Building the console (vite)', process.execPath, [
      `${ROOT}node_modules/vite/bin/vite.js`,
      ...['build', 'console', '--config', 'console/vite.config.ts', '--logLevel', 'error'],
    ]);
  }
}

/** The console bundles the source of the SDK. */
const CONSOLE_SOURCES = [
  ...['console/src', 'console/public', 'console/index.html', 'console/vite.config.ts'],
  ...['sdk/src', 'package-lock.json'],
];

/** When the latest of these files, and of all files in these folders, was changed. */
function newestOf(paths) {
  let newest = 0;
  for (const path of paths) {
    newest = Math.max(newest, changedAt(path));
    if (!statSync(ROOT + path).isDirectory()) continue;
    const inside = readdirSync(ROOT + path).map((name) => `${path}/${name}`);
    newest = Math.max(newest, newestOf(inside.filter((each) => !each.endsWith('.test.ts'))));
  }
  return newest;
}

function changedAt(path) {
  const found = statSync(ROOT + path, { throwIfNoEntry: false });
  return found === undefined ? 0 : found.mtimeMs;
}

/** Runs a program to its end. Exits this process if it fails, or when a signal asks to stop. */
async function step(title, program, args) {
  process.stderr.write(`${title} … `);
  const started = Date.now();
  const output = [];
  let stopSignal;
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));

  const stop = (signal) => {
    stopSignal = signal;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  const failure = await new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not start it: ${error.message}`));
    child.once('close', (status, signal) => {
      if (status === 0) resolve(undefined);
      else resolve(signal === null ? `exit status ${status}` : `ended by ${signal}`);
    });
  });
  for (const signal of signals) process.off(signal, stop);

  if (stopSignal !== undefined) {
    process.stderr.write('stopped\n');
    process.exit(128 + constants.signals[stopSignal]);
  }
  if (failure !== undefined) {
    process.stderr.write(`failed (${failure})\n\n${Buffer.concat(output)}`);
    process.exit(1);
  }
  process.stderr.write(`${((Date.now() - started) / 1_000).toFixed(1)} s\n`);
}

// argv holds the path as typed, import.meta.url the path without symbolic links.
const isProgram =
  process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isProgram) await ensureBuilt(...process.argv.slice(2));
