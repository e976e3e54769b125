import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { SCENARIOS } from './scenarios.ts';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** It takes 160 s beside the other tests on two cores, and took 398 s at a load of 20. */
const LIMIT_MS = 900_000;

test('every scenario runs', { timeout: LIMIT_MS }, async () => {
  const results = await mkdtemp(join(tmpdir(), 'hooktrail-smoke-'));
  try {
    const child = spawn(process.execPath, ['--expose-gc', MAIN, '--smoke', '--results', results], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill());
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const [code] = await once(child, 'close');
    expect(code, output).toBe(0);
    const written = SCENARIOS.map(({ name }) => `${name}.json`);
    expect((await readdir(results)).sort()).toEqual(written.sort());
  } finally {
    await rm(results, { recursive: true, force: true });
  }
});
