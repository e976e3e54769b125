import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';

/**
 * Runs `tar`, which every system has that runs Node's PostgreSQL.
 *
 * @throws CommandFailure with what it said
 */
export async function runTar(args: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn('tar', args, { stdio: ['ignore', 'ignore', 'pipe'], signal });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const [status] = (await once(child, 'close')) as [number | null];
  signal.throwIfAborted();
  if (status !== 0) {
    throw new CommandFailure(`tar failed: ${said.trim()}`, {
      exitCode: EXIT.failed,
      code: 'TarFailed',
    });
  }
}
