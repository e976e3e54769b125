import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * The package as published. It needs a build, as the examples do; `npm test` creates one.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = fileURLToPath(new URL('../../node_modules/.bin/', import.meta.url));

/** Programs keep caches in one of its folders, and must leave the other one empty. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ht-'));
  for (const name of ['home', 'tmp']) await mkdir(join(folder, name));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

/** The output of a program; throws with all of it when the program fails. */
const printed = async (program: string, ...given: string[]): Promise<string> => {
  const { stdout, stderr } = await promisify(execFile)(program, given, {
    cwd: root,
    // A registry that refuses connections: a program that asks one fails immediately.
    env: {
      ...process.env,
      HOME: join(folder, 'home'),
      TMPDIR: join(folder, 'tmp'),
      // From Node 22 on, npm caches what it compiles in TMPDIR by default.
      NODE_COMPILE_CACHE: join(folder, 'home', 'compiled'),
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
  it('runs in each runtime, and leaves nothing behind', async () => {
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

  it('stays within its size limits', async () => {
    const lines = await printed(process.execPath, 'scripts/size.mjs');
    expect(lines).toMatch(/^index\.ts .* of 12288 bytes gzipped .* of 5120 bytes/m);
    expect(lines).toMatch(/^signature\.ts .* of 2048 bytes/m);
    expect(lines).toMatch(/^standard-webhooks\.ts .* of 1536 bytes/m);
    expect(lines).toMatch(/^query\.ts .* of 7680 bytes/m);
  });

  it('does nothing when it is imported', async () => {
    const script = `
      const forbid = (what) => () => { throw new Error(what + ' at import'); };
      const before = Object.getOwnPropertyNames(globalThis).join();
      // Node reads the environment too, but other names.
      const get = (_, name) => String(name).startsWith('ZENDESK') && forbid('environment')();
      process.env = new Proxy({}, { get });
      for (const name of ['fetch', 'setTimeout', 'setInterval', 'queueMicrotask']) {
        globalThis[name] = forbid(name);
      }
      for (const entry of ['index', 'hooktrail', 'query', 'signature', 'standard-webhooks']) {
        await import(new URL('dist/' + entry + '.js', 'file://' + process.cwd() + '/'));
      }
      const { Zendesk } = await import(new URL('dist/index.js', 'file://' + process.cwd() + '/'));
      new Zendesk();
      console.log(Object.getOwnPropertyNames(globalThis).join() === before ? 'nothing' : 'globals');
    `;
    const lines = await printed(process.execPath, '--input-type=module', '-e', script);
    expect(lines.trim()).toBe('nothing');
  });

  it('passes publint', async () => {
    expect(await printed(`${bin}publint`, '--strict')).toContain('All good!');
  });

  it('has types for every ESM resolver', async () => {
    const table = await printed(`${bin}attw`, '--pack', '.', '--profile', 'esm-only');
    // One line for each entry point; attw fails when one does not resolve.
    expect(table.match(/node16 \(from ESM\): 🟢/g)).toHaveLength(6);
    expect(table.match(/bundler: 🟢/g)).toHaveLength(6);
  });
});
