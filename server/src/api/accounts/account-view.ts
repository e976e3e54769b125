import type { StoredAccount } from '../../sql/read-accounts.ts';
import type { AccountView } from './account-schema.ts';

/** An account as the API shows it. */
export function accountView(account: StoredAccount): AccountView {
  const { id, name, profile, created_at, suspended_at } = account;
  return {
    id,
    name,
    profile,
    created_at: created_at.toISOString(),
    ...(suspended_at !== null && { suspended_at: suspended_at.toISOString() }),
  };
}
