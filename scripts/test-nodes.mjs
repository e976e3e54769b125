import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { ensureBuilt } from './ensure-built.mjs';

// npm run test:nodes [-- MAJOR...]
// Runs the tests of processes, of delivery and of the SDK on the newest Node of each major version.
// The npm package "node" carries the programs, in one package a platform; they go to a temporary
// folder, and are no dependency.
const MAJORS = ['20', '22', '24'];
const TESTS = [
  'server/src/process.test.ts',
  'server/src/signals.test.ts',
  'server/src/deliver/delivery.test.ts',
  'server/src/sdk-contract.test.ts',
  'sdk/src',
];

await ensureBuilt();
const folder = mkdtempSync(join(tmpdir(), 'hooktrail-nodes-'));
const failed = [];
try {
  for (const major of process.argv.length > 2 ? process.argv.slice(2) : MAJORS) {
    const name = `node-${process.platform}-${process.arch}`;
    const prefix = join(folder, major);
    const flags = ['--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
    run('npm', ['install', '--prefix', prefix, ...flags, `${name}@${major}`]);
    const node = join(prefix, 'node_modules', name, 'bin', 'node');
    process.stdout.write(`\nNode ${run(node, ['--version'], 'pipe').stdout}`);
    const { status } = run(node, ['node_modules/vitest/vitest.mjs', 'run', ...TESTS], 'inherit', {
      ...process.env,
      // For tests that start "node".
      PATH: [dirname(node), process.env.PATH].join(delimiter),
    });
    if (status !== 0) failed.push(major);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failed.length > 0) {
  console.error(`\nFailed on Node ${failed.join(' and ')}.`);
  process.exitCode = 1;
}

function run(program, args, stdio = 'inherit', env = process.env) {
  const cwd = join(import.meta.dirname, '..');
  const done = spawnSync(program, args, { cwd, env, stdio, encoding: 'utf8' });
  if (done.error !== undefined) throw done.error;
  return done;
}
