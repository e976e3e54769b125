import type { ExitCode } from './exit-codes.ts';

/** What a failure says besides its message. */
export interface FailureDetails {
  readonly exitCode: ExitCode;
  /** For programs: stable, as the codes of the API are. */
  readonly code: string;
  /** What to do next. */
  readonly next?: string | undefined;
  readonly requestId?: string | undefined;
}

/** A command ends here, with a message for its user and an exit code for scripts. */
export class CommandFailure extends Error {
  readonly details: FailureDetails;

  constructor(message: string, details: FailureDetails) {
    super(message);
    this.name = 'CommandFailure';
    this.details = details;
  }
}
