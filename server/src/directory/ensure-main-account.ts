import type { Database } from '../database/database.ts';
import type { Clock } from '../model/clock.ts';
import { newId } from '../model/ids.ts';
import { newToken } from '../secrets/new-token.ts';
import { tokenHash } from '../secrets/token-hash.ts';
import { insertFirstToken } from '../sql/insert-first-token.ts';
import { insertMainAccount } from '../sql/insert-main-account.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Database;
  readonly bootstrapToken: string | undefined;
}

/**
 * Creates account 1 and its first token if they do not exist. Resolves to the token if this call
 * generated one: it cannot be shown again, because only its hash is stored.
 */
export async function ensureMainAccount({
  clock,
  database,
  bootstrapToken,
}: Parts): Promise<string | undefined> {
  const token = bootstrapToken ?? newToken();
  const created = await database.transaction(async (runner) => {
    await runner.run(insertMainAccount, undefined);
    return runner.run(insertFirstToken, {
      tokenId: newId(clock.now()),
      tokenHash: tokenHash(token),
    });
  });
  return created.length > 0 && bootstrapToken === undefined ? token : undefined;
}
