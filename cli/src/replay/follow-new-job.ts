import { CommandFailure } from '../failures/command-failure.ts';
import { describeFailure } from '../failures/describe-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';

/**
 * Waits for what a command does with a job that it has created. 6 says that repeating the command is
 * safe: it would create another job, so such a failure ends the command with 7. `jobs watch` and
 * `export --job` follow a job that the user names, and keep 6.
 */
export async function followNewJob<Followed>(following: Promise<Followed>): Promise<Followed> {
  try {
    return await following;
  } catch (error) {
    const failure = describeFailure(error);
    if (failure.exitCode !== EXIT.network) throw error;
    throw new CommandFailure(failure.message, { ...failure, exitCode: EXIT.partly });
  }
}
