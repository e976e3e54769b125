import { access, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { dataFolder } from '../archive/data-folder.ts';
import { runTar } from '../archive/run-tar.ts';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import type { AddCommand } from '../session/act.ts';
import { archiveView } from '../views/archive-view.ts';

interface Options {
  readonly dataDir?: string;
}

/** What the next start makes again: locks, the socket, and copies of PostgreSQL's programs. */
const LEFT_OUT = ['./node.lock.*', './node.socket.*', './socket', './postgresql-*'];

/** Copies the data folder of a stopped node. */
export const backup: AddCommand = (parent, act) => {
  parent
    .command('backup')
    .description(
      'Copies the data folder of a node with its own PostgreSQL into one file, the secret key included: keep it safe. The node must be stopped, because a copy of a running one can be broken; docs/operations.md has ways to back up a running one.',
    )
    .argument('<file>', 'where to write it, such as hooktrail.tar.gz')
    .option('--data-dir <path>', 'the data folder; or HOOKTRAIL_DATA_DIR')
    .addHelpText(
      'after',
      `
Examples:
  $ systemctl stop hooktrail && hooktrail backup /backup/hooktrail.tar.gz && systemctl start hooktrail`,
    )
    .action(
      act(async (context, name: string, options: Options) => {
        const { signal, terminal, printer } = context;
        const dataDir = await foundData(await dataFolder(terminal.environment, options.dataDir));
        const file = join(await foundFolder(dirname(resolve(name))), name.split(sep).at(-1) ?? '');
        if (file.startsWith(`${dataDir}${sep}`)) {
          throw usageFailure('the file must not be in the data folder');
        }
        if (await exists(file)) throw usageFailure(`${file} exists already`);
        const { lockDataFolder } = await import('@hooktrail/server/lock-data-folder');
        const release = await lockDataFolder(dataDir).catch((error: Error) => {
          throw new CommandFailure(error.message, {
            exitCode: EXIT.refused,
            code: 'InUse',
            next: 'Stop the node for the time of the copy.',
          });
        });
        const draft = `${file}.part`;
        try {
          const { stopOrphanedPostgres } = await import('@hooktrail/server/stop-orphaned-postgres');
          const log = { warn: (_facts: unknown, text?: string) => context.note(text ?? '') };
          await stopOrphanedPostgres(join(dataDir, 'postgres'), log as never);
          await createDraft(draft);
          try {
            const left = LEFT_OUT.map((one) => `--exclude=${one}`);
            await runTar(['-C', dataDir, ...left, '-czf', draft, '.'], signal);
            await rename(draft, file);
          } finally {
            await rm(draft, { force: true });
          }
        } finally {
          await release();
        }
        const { size } = await stat(file);
        await printer.one({ file, bytes: size, dataDir }, archiveView);
      }),
    );
};

/**
 * The data folder without links: an orphaned PostgreSQL is found by the path that it was started with.
 *
 * @throws CommandFailure where no database is in it
 */
async function foundData(path: string): Promise<string> {
  try {
    await access(join(path, 'postgres', 'PG_VERSION'));
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw usageFailure(
      `${resolve(path)} has no database`,
      'Give the data folder of the node: --data-dir. With a PostgreSQL of yours, use pg_dump.',
    );
  }
}

/** The folder that the file goes to, without links. */
async function foundFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw usageFailure(`the folder ${path} does not exist`, 'Create it first.');
  }
}

/** Only the file that this backup made is deleted when it fails. */
async function createDraft(path: string): Promise<void> {
  try {
    await (await open(path, 'wx', 0o600)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw usageFailure(
      `${path} exists already`,
      'Another backup is running, or one was killed: then delete this file.',
    );
  }
}

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
