import type { Directory } from '../../directory/directory.ts';
import type { Clock } from '../../model/clock.ts';
import { tokenHash } from '../../secrets/token-hash.ts';

interface Parts {
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'inboxByHash'>;
}

/** The end of the path of an address; a proxy may put a path of its own before it. */
const ADDRESS = /\/in\/([\w-]{1,128})\/?(?:[?#]|$)/;

/**
 * The inbox of an account whose address an endpoint is, on whichever host: nodes may have several names. An address
 * of before a rotation counts as long as the inbox takes it.
 */
export function inboxOfEndpoint(
  { clock, directory }: Parts,
  accountId: number,
  endpoint: string,
): string | undefined {
  const token = ADDRESS.exec(endpoint)?.[1];
  const held = token === undefined ? undefined : directory.inboxByHash(tokenHash(token));
  if (held === undefined || held.inbox.accountId !== accountId) return undefined;
  const isOver = held.isPrevious && (held.inbox.previousUntil?.getTime() ?? 0) <= clock.now();
  return isOver ? undefined : held.inbox.id;
}
