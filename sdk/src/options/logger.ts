/** What the client logs about one try. It never holds a credential, a header or a body. */
export interface LogDetails {
  /** The number of the try, from 1. */
  readonly attempt: number;
  /** How long the try took, in milliseconds. */
  readonly durationMs: number;
  /** The status of the answer, or the name of the error without an answer. */
  readonly outcome: number | string | undefined;
  /** How long the client waits before the next try, in milliseconds; absent without one. */
  readonly delayMs?: number | undefined;
}

/** Receives the log lines: `console` fits. */
export interface Logger {
  /** Called once after each try; the message is its method and URL. */
  debug(message: string, details: LogDetails): void;
}
