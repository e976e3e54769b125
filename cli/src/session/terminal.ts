/** What a command reads and writes. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether data goes to a terminal. */
  readonly showsData: boolean;
  /** Whether words go to a terminal. */
  readonly showsWords: boolean;
  /** Whether somebody can answer a question. */
  readonly canAsk: boolean;
  readonly width: number | undefined;
}

/** The terminal of this process. */
export const ownTerminal = (): Terminal => ({
  environment: process.env,
  showsData: process.stdout.isTTY === true,
  showsWords: process.stderr.isTTY === true,
  canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
  width: process.stdout.isTTY ? process.stdout.columns || undefined : undefined,
});
