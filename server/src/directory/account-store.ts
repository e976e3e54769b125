import type { Account } from './account.ts';

/**
 * Changes accounts. A promise resolves when the change is committed and this node's directory shows
 * it; other nodes follow within milliseconds.
 */
export interface AccountStore {
  update(id: number, changes: Partial<Pick<Account, 'name' | 'profile'>>): Promise<void>;
}
