import { constants } from 'node:fs';
import { access, mkdir, readdir, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { dataFolder } from '../archive/data-folder.ts';
import { runTar } from '../archive/run-tar.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import type { AddCommand } from '../session/act.ts';
import { archiveView } from '../views/archive-view.ts';

interface Options {
  readonly dataDir?: string;
}

/** Makes a data folder from a backup. */
export const restore: AddCommand = (parent, act) => {
  parent
    .command('restore')
    .description(
      'Makes a data folder from a file of `hooktrail backup`. The folder must be empty, or not exist; it is complete, or not there. The machine must be of the same kind, with the same major version of PostgreSQL.',
    )
    .argument('<file>', 'a file of `hooktrail backup`')
    .option('--data-dir <path>', 'the data folder; or HOOKTRAIL_DATA_DIR')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail restore /backup/hooktrail.tar.gz
  $ hooktrail restore hooktrail.tar.gz --data-dir ./restored && hooktrail start --data-dir ./restored`,
    )
    .action(
      act(async (context, file: string, options: Options) => {
        const { signal, terminal, printer } = context;
        await access(file, constants.R_OK).catch(({ code, message }: NodeJS.ErrnoException) => {
          const missing = code === 'ENOENT' || code === 'ENOTDIR';
          throw usageFailure(`cannot read ${file}: ${missing ? 'there is no such file' : message}`);
        });
        const given = resolve(await dataFolder(terminal.environment, options.dataDir));
        const isThere = await isEmptyFolder(given);
        // A linked folder is replaced where it is, and the link stays.
        const dataDir = isThere ? await realpath(given) : given;
        const draft = `${dataDir}.restoring`;
        await createDraft(draft);
        try {
          await runTar(['-C', draft, '--numeric-owner', '-xzpf', resolve(file)], signal);
          await access(join(draft, 'postgres', 'PG_VERSION')).catch(() => {
            throw usageFailure(`${file} is no backup of a data folder`);
          });
          // Not `rm`: somebody may have filled the folder meanwhile.
          if (isThere) await rmdir(dataDir);
          await rename(draft, dataDir);
        } finally {
          await rm(draft, { recursive: true, force: true });
        }
        await printer.one({ file: resolve(file), dataDir }, archiveView);
      }),
    );
};

/**
 * Whether the folder exists.
 *
 * @throws CommandFailure when it is not empty, or no folder
 */
async function isEmptyFolder(path: string): Promise<boolean> {
  const next = 'Move it away, or give another --data-dir.';
  try {
    if ((await readdir(path)).length > 0) throw usageFailure(`${path} is not empty`, next);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') throw usageFailure(`${path} is not a folder`, next);
    if (code !== 'ENOENT') throw error;
    return false;
  }
}

async function createDraft(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o711 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw usageFailure(`the folder ${dirname(path)} does not exist`, 'Create it first.');
    }
    if (code !== 'EEXIST') throw error;
    throw usageFailure(
      `${path} exists already`,
      'Another restore is running, or one was killed: then delete this folder.',
    );
  }
}
