import { join } from 'node:path';
import type { ExportJob, Hooktrail, JobFile } from '@hooktrail/sdk/hooktrail';
import { CommandFailure } from '../failures/command-failure.ts';
import { describeFailure } from '../failures/describe-failure.ts';
import { EXIT, type ExitCode } from '../failures/exit-codes.ts';
import type { Context } from '../session/context.ts';
import { createProgress } from '../session/create-progress.ts';
import { exportedFileView } from '../views/exported-file-view.ts';
import { comeBack } from './come-back.ts';
import { type CompleteFile, downloadFile } from './download-file.ts';
import { hasFile } from './has-file.ts';

/** A file of a day. The server's names must not lead out of the folder. */
const NAME = /^\w[\w.-]{0,200}$/;

/**
 * Downloads the files of an export that is done, and prints a row for each. Files that are there already
 * stay; others with their names are kept too, and nothing is downloaded then, unless `force`.
 */
export async function downloadFiles(
  context: Context,
  job: ExportJob,
  folder: string,
  force: boolean,
): Promise<ExitCode> {
  const { signal } = context;
  if (job.files.deleted === true) {
    throw new CommandFailure(`the files of job ${job.id} are deleted`, {
      exitCode: EXIT.refused,
      code: 'FilesExpired',
      next: 'They are kept for 7 days after the export is done. Begin another one.',
    });
  }
  const hooktrail = await context.hooktrail();
  const files = await listFiles(hooktrail, job.id, signal).catch((error: unknown) => {
    throw explained(error, signal, comeBack(job.id, folder));
  });
  const present = new Set<CompleteFile>();
  const others: string[] = [];
  for (const file of files) {
    const found = await hasFile(join(folder, file.name), file);
    if (found === 'same') present.add(file);
    else if (found === 'other') others.push(file.name);
  }
  if (others.length > 0 && !force) {
    throw new CommandFailure(
      `${folder} has other files with ${others.length === 1 ? 'the name' : 'the names'} ${others.slice(0, 3).join(', ')}${others.length > 3 ? ` and ${others.length - 3} more` : ''}`,
      {
        exitCode: EXIT.refused,
        code: 'FileExists',
        next: `Nothing was downloaded. Name another folder, or replace them with --force: ${comeBack(job.id, folder)}`,
      },
    );
  }

  const total = files.reduce((sum, file) => sum + (present.has(file) ? 0 : file.bytes), 0);
  const progress = createProgress(context, 'bytes');
  let done = 0;
  async function* rows(): AsyncGenerator<object, void, undefined> {
    for (const file of files) {
      const path = join(folder, file.name);
      if (!present.has(file)) {
        const before = done;
        await downloadFile(hooktrail, job.id, file, path, force, signal, (bytes) => {
          done = before + bytes;
          progress.at(done, total, `, ${file.name}`);
        });
        done = before + file.bytes;
        progress.end();
      }
      const { name, day, rows: count, bytes, sha256 } = file;
      yield { path, name, day, rows: count, bytes, sha256, downloaded: !present.has(file) };
    }
  }

  try {
    await context.printer.list(rows(), exportedFileView);
  } catch (error) {
    throw explained(error, signal, comeBack(job.id, folder));
  } finally {
    progress.end();
  }
  const count = files.reduce((sum, file) => sum + file.rows, 0);
  context.note(
    files.length === 0
      ? 'the export has no rows, and no file'
      : `${count} rows in ${files.length} ${files.length === 1 ? 'file' : 'files'} in ${folder}`,
    { rows: count, files: files.length },
  );
  return EXIT.ok;
}

async function listFiles(
  hooktrail: Hooktrail,
  jobId: string,
  signal: AbortSignal,
): Promise<CompleteFile[]> {
  const files = await hooktrail.jobs.files(jobId, { pageSize: 100 }, { signal }).all();
  return files.map(completeFile);
}

function completeFile(file: JobFile): CompleteFile {
  const { sha256, name, number, state } = file;
  if (!NAME.test(name) || sha256 === undefined) {
    throw new CommandFailure(
      `file ${number} of the export is ${NAME.test(name) ? state : `named "${name}"`}: it cannot be downloaded`,
      { exitCode: EXIT.network, code: 'UnexpectedAnswer', next: 'Repeat the command.' },
    );
  }
  return { ...file, sha256 };
}

/** What arrived is kept, so every end can be gone on from. */
function explained(error: unknown, signal: AbortSignal, again: string): unknown {
  const failure = signal.aborted ? describeFailure(signal.reason) : describeFailure(error);
  if (failure.code === 'Defect') return error;
  // A network failure says to repeat the command: one that creates an export would create another one.
  const isRepeat = failure.exitCode === EXIT.network;
  const first = isRepeat || failure.next === undefined ? '' : `${failure.next} `;
  return new CommandFailure(failure.message, {
    ...failure,
    next: `${first}What arrived is kept. Go on: ${again}`,
  });
}
