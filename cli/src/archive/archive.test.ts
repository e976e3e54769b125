import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningNode, startNode } from '@hooktrail/harness/node-process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../testing/run-command.ts';

const PROGRAM = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url));
const TOKEN = 'cli_test_token_of_the_backup_00001';

let folder: string;
let node: RunningNode | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hooktrail-backup-'));
  // PostgreSQL does not run as root: its account must be able to enter.
  await chmod(folder, 0o755);
});

afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const start = async (dataDir: string): Promise<string> => {
  const env = { HOOKTRAIL_DATA_DIR: dataDir, HOOKTRAIL_BOOTSTRAP_TOKEN: TOKEN };
  node = await startNode({ program: PROGRAM, env });
  return node.url;
};

const stop = async (): Promise<void> => {
  node?.kill('SIGTERM');
  await node?.ended;
  node = undefined;
};

// Two nodes start with a PostgreSQL each, and nine commands run: minutes on a busy machine.
test('a backup of a stopped node is restored whole, and a running node is not copied', {
  timeout: 300_000,
}, async () => {
  const data = join(folder, 'data');
  const file = join(folder, 'backup.tar.gz');
  const connected = (url: string) => ({ HOOKTRAIL_URL: url, HOOKTRAIL_TOKEN: TOKEN });
  const publish = ['publish', 'order.paid', '--id', 'kept'];
  const published = await runCommand(publish, { environment: connected(await start(data)) });
  expect(published.code).toBe(0);

  const copy = () => runCommand(['backup', file, '--data-dir', data]);
  const running = await copy();
  expect(running.code).toBe(5);
  expect(running.error.code).toBe('InUse');
  await stop();
  const made = await copy();
  expect(made.code, made.stderr).toBe(0);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await copy()).code).toBe(2);
  expect((await readdir(data)).filter((name) => name.startsWith('node.lock'))).toEqual([]);

  // A file that another backup left is neither overwritten nor deleted.
  const taken = join(folder, 'taken.tar.gz');
  await writeFile(`${taken}.part`, '');
  expect((await runCommand(['backup', taken, '--data-dir', data])).code).toBe(2);
  await rm(`${taken}.part`);

  const target = join(folder, 'target');
  const restored = join(folder, 'restored');
  await mkdir(target);
  await symlink(target, restored);
  const restore = (from: string, to: string) => runCommand(['restore', from, '--data-dir', to]);
  const back = await restore(file, restored);
  expect(back.code, back.stderr).toBe(0);
  expect((await restore(file, restored)).error.message).toContain('is not empty');
  await writeFile(join(folder, 'broken.tar.gz'), 'no archive');
  expect((await restore(join(folder, 'broken.tar.gz'), join(folder, 'none'))).code).toBe(1);
  expect((await readdir(folder)).sort()).toEqual(
    ['backup.tar.gz', 'broken.tar.gz', 'data', 'restored', 'target'].sort(),
  );

  const list = ['events', 'list', '-o', 'id'];
  const listed = await runCommand(list, { environment: connected(await start(restored)) });
  expect(listed.stdout).toBe('kept\n');
});

test('a folder without a database is not copied, and a bad target is refused', async () => {
  const empty = join(folder, 'empty');
  await mkdir(empty);
  const file = join(folder, 'none.tar.gz');
  const none = await runCommand(['backup', file, '--data-dir', empty]);
  expect(none.code).toBe(2);
  expect(none.error.message).toContain('has no database');
  expect(await readdir(empty)).toEqual([]);
  const missing = await runCommand(['restore', file, '--data-dir', empty]);
  expect([missing.code, missing.error.message]).toEqual([
    2,
    `cannot read ${file}: there is no such file`,
  ]);
  await writeFile(file, '');
  const restore = (to: string) => runCommand(['restore', file, '--data-dir', to]);
  expect((await restore(file)).error.message).toContain('is not a folder');
  expect((await restore(join(folder, 'no', 'parent'))).error.message).toContain('does not exist');
  await mkdir(`${empty}.restoring`);
  expect((await restore(empty)).error.message).toContain('empty.restoring exists already');
  expect(await readdir(folder)).toContain('empty.restoring');
});

test('a linked data folder is copied under its real path, where its PostgreSQL is found', async () => {
  const real = join(folder, 'real');
  await mkdir(join(real, 'postgres'), { recursive: true });
  await writeFile(join(real, 'postgres', 'PG_VERSION'), '18');
  await symlink(real, join(folder, 'link'));
  const nowhere = await runCommand(['backup', join(folder, 'no', 'file'), '--data-dir', real]);
  expect([nowhere.code, nowhere.error.message]).toEqual([
    2,
    `the folder ${join(folder, 'no')} does not exist`,
  ]);
  const args = ['backup', join(folder, 'linked.tar.gz'), '--data-dir', join(folder, 'link')];
  const made = await runCommand(args);
  expect(made.code, made.stderr).toBe(0);
  expect(made.rows[0].data_dir).toBe(await realpath(real));
});
