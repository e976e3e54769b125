import type { Zendesk } from '@hooktrail/sdk';
import type { Hooktrail } from '@hooktrail/sdk/hooktrail';
import type { Connection } from '../connection/choose-connection.ts';
import type { Colours } from '../output/colours.ts';
import type { Printer } from '../output/printer.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with. */
export interface Context {
  readonly globals: GlobalOptions;
  readonly terminal: Terminal;
  /** Prints data. */
  readonly printer: Printer;
  /** Of words on standard error. */
  readonly colours: Colours;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
  /** The server and the token that flags, environment and profiles choose. */
  connection(): Promise<Connection>;
  /**
   * The client of the chosen server. `fetch` replaces the global one.
   *
   * @throws CommandFailure with --zendesk: there the operation does not exist; and without a token
   */
  hooktrail(fetch?: typeof globalThis.fetch): Promise<Hooktrail>;
  /** A client for what Zendesk has too: with --zendesk that of the remote account. */
  zendesk(): Promise<Zendesk>;
  /** Says something to people: a line on standard error, or an object where the output is JSON. */
  note(text: string, facts?: Readonly<Record<string, unknown>>): void;
  /**
   * Lets the user decide about a change to more than one thing.
   *
   * @throws CommandFailure when the answer is no; and where nobody can be asked and --yes is missing
   */
  confirm(question: string, yes: boolean | undefined): Promise<void>;
  /** Gives the signals to what is started in this process, which has its own way to stop. */
  releaseSignals(): void;
}
