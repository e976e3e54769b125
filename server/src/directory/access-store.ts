import type { Account, Role } from '../model/account.ts';
import type { Act } from '../model/act.ts';
import type { Profile } from '../model/profiles.ts';
import type { StoredAccount } from '../sql/read-accounts.ts';
import type { StoredToken } from '../sql/read-tokens.ts';

/**
 * Changes accounts and tokens. A promise resolves when the change and its audit row are committed
 * and this node's directory shows the change; other nodes follow within milliseconds.
 */
export interface AccessStore {
  createAccount(
    values: { readonly name: string; readonly profile: Profile },
    act: Act,
  ): Promise<StoredAccount>;
  /**
   * Replaces an account with the result of `change`, under a lock. Resolves to undefined when there
   * is no such account. Rejects with what `change` throws, and then changes nothing.
   */
  updateAccount(
    id: number,
    act: Act,
    change: (current: Account) => Account,
  ): Promise<StoredAccount | undefined>;
  /**
   * Resolves to the token and its secret, which cannot be read again, or to undefined when there is
   * no such account.
   *
   * @throws TooManyTokens
   */
  createToken(
    values: { readonly accountId: number; readonly name: string; readonly role: Role },
    act: Act,
  ): Promise<{ readonly token: StoredToken; readonly secret: string } | undefined>;
  /**
   * Resolves to whether the token existed. Rejects with what `check` throws, and then changes
   * nothing.
   *
   * @throws LastOperatorToken
   */
  revokeToken(
    accountId: number,
    id: string,
    act: Act,
    check: (token: StoredToken) => void,
  ): Promise<boolean>;
}
