import { spawn } from 'node:child_process';
import { realpathSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

// Only what every Node since 16 has, and no dependency: this runs before anything is installed, and
// has to be able to say that Node is too old.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NEEDED = [20, 19];

/**
 * Makes a fresh or an outdated clone ready to run: checks Node, installs the packages when the lock
 * file is newer than they are, and compiles `projects` with what they refer to. It says one line
 * for each step that takes time; what the tools say is shown only when they fail, and then this
 * process ends with status 1.
 */
export async function ensureBuilt(...projects) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
    console.error(`Hooktrail needs Node ${NEEDED.join('.')} or newer; this is ${process.version}.`);
    process.exit(1);
  }
  // npm writes the first of these at the end of an installation, so half of one does not count.
  if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json')) {
    // The compiler is a development dependency, which NODE_ENV=production would leave out, and
    // PostgreSQL an optional one.
    const include = ['--include=dev', '--include=optional'];
    const flags = [...include, '--no-audit', '--no-fund', '--loglevel=error'];
    await step('Installing packages (npm ci)', 'npm', ['ci', ...flags]);
  }
  await step('Compiling (tsc -b)', `${ROOT}node_modules/.bin/tsc`, ['-b', ...projects]);
}

function changedAt(path) {
  const found = statSync(ROOT + path, { throwIfNoEntry: false });
  return found === undefined ? 0 : found.mtimeMs;
}

/** Runs a program to its end, and ends this process when it fails or when this process is told to. */
async function step(title, program, args) {
  process.stderr.write(`${title} … `);
  const started = Date.now();
  const output = [];
  let told;
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));

  const tell = (signal) => {
    told = signal;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, tell);
  const failure = await new Promise((resolve) => {
    child.once('error', (error) => resolve(`it could not be started: ${error.message}`));
    child.once('close', (status, signal) => {
      if (status === 0) resolve(undefined);
      else resolve(signal === null ? `exit status ${status}` : `ended by ${signal}`);
    });
  });
  for (const signal of signals) process.off(signal, tell);

  if (told !== undefined) {
    process.stderr.write('stopped\n');
    process.exit(128 + constants.signals[told]);
  }
  if (failure !== undefined) {
    process.stderr.write(`failed (${failure})\n\n${Buffer.concat(output)}`);
    process.exit(1);
  }
  process.stderr.write(`${((Date.now() - started) / 1_000).toFixed(1)} s\n`);
}

// Node gives the path as it was typed, and the module's URL without symbolic links.
const isProgram =
  process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
if (isProgram) await ensureBuilt(...process.argv.slice(2));
