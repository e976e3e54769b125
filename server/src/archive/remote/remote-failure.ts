import type { SourceError } from '../../model/source.ts';

/** A request to a source failed; the message says why, for people. */
export class RemoteFailure extends Error {
  override readonly name = 'RemoteFailure';
  readonly code: SourceError;
  /** How long the service asks us to wait. */
  readonly retryAfterMs: number | undefined;
  /** Whether it refuses this request whenever it is made: a cursor that it does not know. */
  readonly isRefused: boolean;

  constructor(
    code: SourceError,
    message: string,
    {
      retryAfterMs,
      isRefused = false,
    }: { retryAfterMs?: number | undefined; isRefused?: boolean } = {},
  ) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.isRefused = isRefused;
  }
}
