import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { Fetch } from '../http-client/create-fetch.ts';
import type { Clock } from '../model/clock.ts';
import type { HeaderBox } from '../secrets/header-box.ts';
import type { SecretBox } from '../secrets/secret-box.ts';

/** What the parts of the archive share. */
export interface ArchiveParts {
  readonly clock: Clock;
  /** For the archive alone. */
  readonly database: Database;
  /** What asks sources of an account. */
  readonly fetchOf: (accountId: number) => Fetch;
  readonly headerBox: HeaderBox;
  /** The inbox of an account where an endpoint leads. */
  readonly inboxOf: (accountId: number, endpoint: string) => string | undefined;
  /** How long archived rows are kept at most; infinite: for ever. */
  readonly keptMs: number;
  readonly log: Logger;
  /** Makes the months of the archive that some times lie in. */
  readonly makeMonths: (timesMs: readonly number[]) => Promise<void>;
  readonly secrets: SecretBox;
  /** Resolves after a time, or when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}
