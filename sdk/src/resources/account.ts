import { readMany } from '../internal/read-many.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { Account, AccountInput } from '../models/account.ts';
import type { SearchKey } from '../models/search-key.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { account as accountShape } from '../shapes/account.ts';
import { searchKey } from '../shapes/search-key.ts';

/** The account of the credentials. */
export interface AccountOperations {
  /**
   * Returns the account.
   *
   * @param options - Apply to this call.
   */
  get(options?: CallOptions): APIPromise<Account>;

  /**
   * Changes the name or the profile of the account, and returns the account after the change.
   *
   * @param account - The changes.
   * @param options - Apply to this call.
   */
  update(account: AccountInput, options?: CallOptions): APIPromise<Account>;

  /**
   * Returns the keys by which the events of the account are found.
   *
   * @param options - Apply to this call.
   */
  keys(options?: CallOptions): APIPromise<SearchKey[]>;

  /**
   * Replaces the keys by which events are found, for events from now on, and returns them.
   *
   * @param keys - At most 8 JSON pointers of the body, or `header.` and names of published headers.
   * @param options - Apply to this call.
   */
  replaceKeys(keys: readonly string[], options?: CallOptions): APIPromise<SearchKey[]>;
}

const readAccount = readOne('account', accountShape);
const readKeys = readMany('keys', searchKey);

/** Creates the operations on the account of the credentials. */
export const account = (send: Send): AccountOperations => ({
  get: (options) => send({ path: v1Path('account') }, readAccount, options),

  update: (changes, options) =>
    send(
      {
        method: 'PUT',
        path: v1Path('account'),
        body: { account: accountShape.encode(changes) },
      },
      readAccount,
      options,
    ),

  keys: (options) => send({ path: v1Path('account', 'keys') }, readKeys, options),

  replaceKeys: (keys, options) =>
    send({ method: 'PUT', path: v1Path('account', 'keys'), body: { keys } }, readKeys, options),
});
