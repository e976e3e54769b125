/** A command to a helper process. */
export interface Request {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

/** The answer to a command. */
export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string | undefined;
}
