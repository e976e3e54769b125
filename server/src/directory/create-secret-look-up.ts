import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/database.ts';
import { findSecrets } from '../sql/find-secrets.ts';

interface Parts {
  readonly database: Pick<Database, 'run'>;
  /** Whether the directory shows a token or an inbox with this hash. */
  readonly isKnown: (hash: Buffer) => boolean;
  /** Brings tokens and inboxes up to date. */
  readonly refresh: () => Promise<void>;
}

/** From one look-up to the next: what strangers guess costs the database ten statements a second. */
const REST_MS = 100;

/** Hashes that wait for the next look-up. Who comes after them is told that nobody has theirs. */
const MOST_WAITING = 1_000;

/**
 * Makes the look-up of hashes that this process does not know. Another process or node may have made the token or
 * the inbox just now, and its notification may come later than the client's next request. Look-ups that come
 * together share a statement. Resolves to whether there is one, which the directory then shows.
 */
export function createSecretLookUp({
  database,
  isKnown,
  refresh,
}: Parts): (hash: Buffer) => Promise<boolean> {
  let waiting = new Map<string, Buffer>();
  let next: Promise<void> | undefined;
  let rest: Promise<unknown> = Promise.resolve();

  async function find(hashes: readonly Buffer[]): Promise<void> {
    const found = await database.run(findSecrets, hashes);
    // A notification may have come first.
    if (found.some(({ hash }) => !isKnown(hash))) await refresh();
  }

  async function findWaiting(): Promise<void> {
    await rest;
    const hashes = [...waiting.values()];
    waiting = new Map();
    next = undefined;
    const finding = find(hashes);
    rest = Promise.allSettled([finding, sleep(REST_MS, undefined, { ref: false })]);
    await finding;
  }

  return async (hash) => {
    // A token where an address is expected, or the other way round.
    if (isKnown(hash)) return true;
    if (waiting.size >= MOST_WAITING) return false;
    waiting.set(hash.toString('latin1'), hash);
    next ??= findWaiting();
    await next;
    return isKnown(hash);
  };
}
