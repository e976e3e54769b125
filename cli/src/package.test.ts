import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NodeProcess } from '@hooktrail/harness/node-process';
import { sql } from '@hooktrail/harness/sql';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOKEN = 'cli_test_token_of_the_package_0001';

let folder: string;
let installed: string;

/** The tarball, unpacked beside the packages that it names: an installation without the registry. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooktrail-packed-'));
  const args = ['pack', '--silent', '-w', 'hooktrail', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: ROOT });
  const modules = join(folder, 'node_modules');
  installed = join(modules, 'hooktrail');
  await mkdir(installed, { recursive: true });
  const tarball = join(folder, stdout.trim().split('\n').at(-1) ?? '');
  await run('tar', ['xzf', tarball, '-C', installed, '--strip-components', '1']);
  const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    const link = join(modules, name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(await folderOf(name), link);
  }
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** npm may have put a package of the command below `cli`. */
async function folderOf(name: string): Promise<string> {
  const own = join(ROOT, 'cli', 'node_modules', name);
  return (await readdir(own).catch(() => [])).length > 0 ? own : join(ROOT, 'node_modules', name);
}

test('the package has every file that it imports, and none of the sources', async () => {
  const files = (await readdir(join(installed, 'lib'), { recursive: true })).map(String);
  expect(files.length).toBeGreaterThan(500);
  expect(files).toContain(join('deploy', 'systemd', 'hooktrail.service'));
  expect(files.filter((file) => /\.ts$|\.test\.|\.map$|\.tsbuildinfo$/.test(file))).toEqual([]);
  for (const file of files.filter((one) => one.endsWith('.js'))) {
    const text = await readFile(join(installed, 'lib', file), 'utf8');
    expect(/(?:from|import|resolve)\s*\(?['"]@hooktrail\//.exec(text), file).toBeNull();
  }
});

test('the packages that it needs are those of its parts, in the same versions', async () => {
  const dependenciesOf = async (path: string): Promise<Record<string, string>> =>
    (
      JSON.parse(await readFile(join(ROOT, path, 'package.json'), 'utf8')) as {
        dependencies?: Record<string, string>;
      }
    ).dependencies ?? {};
  const own = await dependenciesOf('cli');
  for (const part of ['sdk', 'server', 'harness', 'demo']) {
    for (const [name, version] of Object.entries(await dependenciesOf(part))) {
      if (!name.startsWith('@hooktrail/')) expect(own[name], `${name} of ${part}`).toBe(version);
    }
  }
});

test('the command of the package starts a node with its console, and lists', async () => {
  const server = inject('postgresUrl');
  const template = inject('templateDatabase');
  const database = `${template}_packed_${process.pid}`;
  await sql(server, `create database ${database} template ${template}`);
  const url = new URL(server);
  url.pathname = database;
  const program = join(installed, 'bin', 'hooktrail.js');
  const wrapper = ['/bin/sh', '-c', 'exec "$@" start --host 127.0.0.1', 'sh'];
  const node = new NodeProcess({
    program,
    wrapper,
    env: {
      HOOKTRAIL_DATABASE_URL: url.href,
      HOOKTRAIL_BOOTSTRAP_TOKEN: TOKEN,
      HOOKTRAIL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    },
  });
  try {
    expect(await node.up, node.output()).toBe(true);
    const page = await fetch(`${node.url}/console/`);
    expect(await page.text()).toContain('<script');
    const env = { ...process.env, HOOKTRAIL_URL: node.url, HOOKTRAIL_TOKEN: TOKEN };
    const list = await run(process.execPath, [program, 'account', 'show', '-o', 'id'], { env });
    expect(list.stdout).toBe('1\n');
    const version = await run(process.execPath, [program, '--version']);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  } finally {
    node.kill('SIGTERM');
    expect(await node.ended, node.output()).toBe(0);
    await sql(server, `drop database ${database} with (force)`);
  }
});
