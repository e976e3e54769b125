import type { Database } from '../database/database.ts';
import { notify } from '../sql/notify.ts';
import { updateAccount } from '../sql/update-account.ts';
import type { AccountStore } from './account-store.ts';
import type { DirectoryCache } from './create-directory.ts';

interface Parts {
  readonly database: Database;
  readonly directory: DirectoryCache;
}

/** Each change, its notification and nothing else are one transaction; then the directory is asked to look. */
export function createAccountStore({ database, directory }: Parts): AccountStore {
  return {
    async update(id, { name, profile }) {
      await database.transaction(async (runner) => {
        await runner.run(updateAccount, { id, name, profile });
        await runner.run(notify, { channel: 'hooktrail_access', payload: '' });
      });
      await directory.refreshAccess();
    },
  };
}
