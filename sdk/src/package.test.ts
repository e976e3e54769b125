import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * The package as it is published. Needs a build, as the examples do: `npm test` makes one.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = fileURLToPath(new URL('../../node_modules/.bin/', import.meta.url));

/** For what programs keep: caches in one folder, what they should remove again in the other. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ht-'));
  for (const name of ['home', 'tmp']) await mkdir(join(folder, name));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

/** What a program printed; fails with all of it when the program did. */
const printed = async (program: string, ...given: string[]): Promise<string> => {
  const { stdout, stderr } = await promisify(execFile)(program, given, {
    cwd: root,
    // No network but loopback: a registry that is asked is found out at once.
    env: {
      ...process.env,
      HOME: join(folder, 'home'),
      TMPDIR: join(folder, 'tmp'),
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
      npm_config_registry: 'http://127.0.0.1:9/',
    },
  }).catch((error) => {
    throw new Error(`${program}: ${error.message}\n${error.stdout}${error.stderr}`);
  });
  return stdout + stderr;
};

describe('the package', { timeout: 120_000 }, () => {
  it('runs where its users run it, and leaves nothing behind', async () => {
    const lines = (await printed(process.execPath, 'scripts/check-package.mjs')).trim().split('\n');
    const chromium = ['chromium', 'chromium-browser', 'google-chrome'];
    const browser = chromium.some((name) => existsSync(`/usr/bin/${name}`));
    expect(lines).toEqual([
      'Node, imported: ok',
      'Node, required: ok',
      'Bun: ok',
      'Deno: ok',
      browser ? 'Chromium: ok' : expect.stringMatching(/^Chromium: (ok|not installed)$/),
    ]);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it('is no larger than it may be', async () => {
    const lines = await printed(process.execPath, 'scripts/size.mjs');
    expect(lines).toMatch(/^index\.ts .* of 12288 bytes gzipped .* of 5120 bytes/m);
    expect(lines).toMatch(/^signature\.ts .* of 2048 bytes/m);
  });

  it('does nothing when it is imported', async () => {
    const script = `
      const forbid = (what) => () => { throw new Error(what + ' at import'); };
      const before = Object.getOwnPropertyNames(globalThis).join();
      // Node looks into its environment too, for names of its own.
      const get = (_, name) => String(name).startsWith('ZENDESK') && forbid('environment')();
      process.env = new Proxy({}, { get });
      for (const name of ['fetch', 'setTimeout', 'setInterval', 'queueMicrotask']) {
        globalThis[name] = forbid(name);
      }
      for (const entry of ['index', 'hooktrail', 'signature']) {
        await import(new URL('dist/' + entry + '.js', 'file://' + process.cwd() + '/'));
      }
      const { Zendesk } = await import(new URL('dist/index.js', 'file://' + process.cwd() + '/'));
      new Zendesk();
      console.log(Object.getOwnPropertyNames(globalThis).join() === before ? 'nothing' : 'globals');
    `;
    const lines = await printed(process.execPath, '--input-type=module', '-e', script);
    expect(lines.trim()).toBe('nothing');
  });

  it('has no fault that publint finds', async () => {
    expect(await printed(`${bin}publint`, '--strict')).toContain('All good!');
  });

  it('has types that every resolver of ESM finds', async () => {
    const table = await printed(`${bin}attw`, '--pack', '.', '--profile', 'esm-only');
    // A line for each entry point; one that does not resolve also fails the program.
    expect(table.match(/node16 \(from ESM\): 🟢/g)).toHaveLength(4);
    expect(table.match(/bundler: 🟢/g)).toHaveLength(4);
  });
});
