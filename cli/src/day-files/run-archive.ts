import { chmod, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RemoteFailure } from '@hooktrail/server/remote-failure';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT, type ExitCode } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { zendeskCredentials } from '../input/zendesk-credentials.ts';
import type { Context } from '../session/context.ts';
import { createProgress } from '../session/create-progress.ts';
import { AccountReader } from './account-reader.ts';
import { ArchiveFolder } from './archive-folder.ts';
import { ArchiveRun } from './archive-run.ts';
import { createRowMasks } from './create-row-masks.ts';
import { fetchBodies } from './fetch-bodies.ts';
import { mirrorWebhooks } from './mirror-webhooks.ts';
import { readLogs } from './read-logs.ts';
import { reportRun } from './report-run.ts';
import { RunOver } from './run-over.ts';

/** What `hooktrail archive run` is asked for. */
export interface RunOptions {
  readonly to: string;
  readonly bodies: 'all' | 'failures' | 'none';
  readonly rateShare: number;
  readonly minutes?: number;
  readonly masking: boolean;
  readonly maskHeaders?: readonly string[];
  readonly maskFields?: readonly string[];
}

/** Reads what is new in an account's logs into files. The code says whether anything was missed. */
export async function runArchive(context: Context, options: RunOptions): Promise<ExitCode> {
  const { environment } = context.terminal;
  const baseUrl = serverOf(context.globals.zendesk, environment['ZENDESK_BASE_URL']);
  const credentials = await zendeskCredentials(context);
  const path = resolve(options.to);
  const release = await lock(path);
  try {
    const folder = await ArchiveFolder.open(path, baseUrl);
    const overMs = options.minutes === undefined ? Infinity : Date.now() + options.minutes * 60_000;
    const reader = new AccountReader({
      baseUrl,
      clock: { now: Date.now },
      credentials,
      rateShare: options.rateShare,
      rateLimit: folder.state.rateLimit,
      timeoutMs: context.globals.timeout * 1_000,
      overMs,
      signal: context.signal,
      onWait(why, ms) {
        context.note(`${why}; trying again in ${(ms / 1_000).toFixed(1)} s`, { waits_ms: ms });
      },
    });
    const { bodies, masking } = options;
    // Not off a terminal: cron mails whatever is said.
    const progress = context.terminal.showsWords ? createProgress(context, 'rows') : undefined;
    const run = new ArchiveRun({
      folder,
      reader,
      bodies,
      mask: masking ? createRowMasks(options) : undefined,
      isOver: () => Date.now() >= overMs,
      onProgress: ({ attempts, rows }) => progress?.at(rows, undefined, `, ${attempts} bodies`),
    });
    try {
      await mirrorWebhooks(run);
      await readLogs(run);
      await fetchBodies(run);
    } catch (error) {
      if (error instanceof RemoteFailure) throw failureOf(error, run);
      if (!(error instanceof RunOver)) throw error;
      const { failure } = error;
      if (failure !== undefined) run.problems.push(`${failure.message}: ${error.message}`);
    } finally {
      progress?.end();
    }
    return await reportRun(context, run);
  } finally {
    await release();
  }
}

function serverOf(subdomain: string | undefined, baseUrl: string | undefined): string {
  if (subdomain === undefined) throw usageFailure('give the account: --zendesk SUBDOMAIN');
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(subdomain)) {
    throw usageFailure(
      `--zendesk: "${subdomain}" is no subdomain: give the acme of acme.zendesk.com`,
    );
  }
  return baseUrl ? baseUrl.replace(/\/+$/, '') : `https://${subdomain.toLowerCase()}.zendesk.com`;
}

/** Makes the folder where it is missing, and keeps a second run away from it. */
async function lock(path: string): Promise<() => Promise<void>> {
  try {
    // The path of the first folder that was made.
    const made = await mkdir(path, { recursive: true, mode: 0o700 });
    if (made !== undefined) await chmod(path, 0o700);
  } catch (error) {
    throw usageFailure(`--to ${path} cannot be made: ${(error as Error).message}`);
  }
  const { lockDataFolder } = await import('@hooktrail/server/lock-data-folder');
  return await lockDataFolder(path).catch((error: Error) => {
    const process = / by process (\d+)/.exec(error.message)?.[1];
    if (process === undefined) throw error;
    throw new CommandFailure(`process ${process} is writing to ${path}`, {
      exitCode: EXIT.refused,
      code: 'InUse',
      next: 'Nothing is missed by that. Let that run end, or limit runs with --minutes.',
    });
  });
}

/** Nothing is missed yet: what was read is written, and the next run goes on. */
function failureOf({ code, message }: RemoteFailure, run: ArchiveRun): CommandFailure {
  const isRefused = code === 'unauthorized' || code === 'forbidden';
  return new CommandFailure(message, {
    exitCode: isRefused ? EXIT.credentials : EXIT.network,
    code: isRefused ? 'CredentialsRefused' : 'Unavailable',
    next: `${run.done.rows} rows were written. ${isRefused ? 'Give the credentials of an administrator.' : 'Repeat the command: it goes on from there.'} Zendesk forgets after seven days.`,
  });
}
