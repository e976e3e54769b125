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
 * Makes account 1 and its first token, at the first start. Resolves to the token if one was made
 * up: this is the only time that it can be shown.
 */
export async function ensureMainAccount({
  clock,
  database,
  bootstrapToken,
}: Parts): Promise<string | undefined> {
  const token = bootstrapToken ?? newToken();
  const made = await database.transaction(async (runner) => {
    await runner.run(insertMainAccount, undefined);
    return runner.run(insertFirstToken, {
      tokenId: newId(clock.now()),
      tokenHash: tokenHash(token),
    });
  });
  return made.length > 0 && bootstrapToken === undefined ? token : undefined;
}
