import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';

/** The command was called wrongly, and did nothing. */
export const usageFailure = (message: string, next?: string): CommandFailure =>
  new CommandFailure(message, { exitCode: EXIT.usage, code: 'Usage', next });
