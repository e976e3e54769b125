import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { readPlainHeaders } from '../sql/read-plain-headers.ts';
import { writeSealedHeaders } from '../sql/write-sealed-headers.ts';

interface Parts {
  readonly database: Database;
  readonly log: Logger;
  readonly secrets: SecretBox;
}

const PAGE = 500;

/**
 * Seals custom headers that were stored before they were sealed: a migration does not have the key.
 * Afterwards each start reads nothing here. Nodes that start together wait for each other's locks.
 */
export async function sealPlainHeaders({ database, log, secrets }: Parts): Promise<void> {
  const sealPage = (after: string | null): Promise<string[]> =>
    database.transaction(async (runner) => {
      const rows = await runner.run(readPlainHeaders, { after, limit: PAGE });
      for (const { id, custom_headers: headers } of rows) {
        await runner.run(writeSealedHeaders, { id, sealed: secrets.seal(JSON.stringify(headers)) });
      }
      return rows.map(({ id }) => id);
    });

  let webhooks = 0;
  let last: string | undefined;
  do {
    const ids = await sealPage(last ?? null);
    webhooks += ids.length;
    last = ids.length < PAGE ? undefined : ids.at(-1);
  } while (last !== undefined);
  if (webhooks > 0) log.info({ webhooks }, 'encrypted the stored custom headers of webhooks');
}
