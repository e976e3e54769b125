import { list } from '../internal/list.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { AccountDetails, AccountPatch, NewAccount } from '../models/account.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { accountDetails } from '../shapes/account.ts';

/** The page of a list of accounts. */
export interface ListAccountsQuery extends Omit<PageQuery, 'sort'> {}

/** All accounts, for operators only: others receive a `ForbiddenError`. */
export interface Accounts {
  /**
   * Lists the accounts, newest first. Await the result for the first page, or iterate over it for
   * the accounts of all pages.
   *
   * @param query - Size and cursor; every page keeps the size.
   * @param options - Apply to each page.
   */
  list(query?: ListAccountsQuery, options?: CallOptions): PagePromise<AccountDetails>;

  /**
   * Creates an account. It has no tokens: create its first one with `tokens.create` and
   * `accountId`. The client does not retry this call after a timeout or a broken connection,
   * because a repeat would create another account.
   *
   * @param account - The account.
   * @param options - Apply to this call.
   */
  create(account: NewAccount, options?: CallOptions): APIPromise<AccountDetails>;

  /**
   * Returns an account.
   *
   * @param accountId - The account.
   * @param options - Apply to this call.
   */
  get(accountId: number, options?: CallOptions): APIPromise<AccountDetails>;

  /**
   * Renames, suspends or resumes an account, and returns the account after the change.
   *
   * @param accountId - The account.
   * @param account - The changes.
   * @param options - Apply to this call.
   * @throws `UnprocessableEntityError` when `suspended: true` is for the account of the
   *   credentials, which nobody could resume; otherwise the same as every call.
   */
  update(
    accountId: number,
    account: AccountPatch,
    options?: CallOptions,
  ): APIPromise<AccountDetails>;
}

const readAccount = readOne('account', accountDetails);

const accountPath = (accountId: number) => v1Path('accounts', String(accountId));

/** Creates the operations on all accounts. */
export const accounts = (send: Send): Accounts => ({
  list: (query, options) =>
    list(
      send,
      { path: v1Path('accounts'), name: 'accounts', kind: accountDetails },
      query,
      options,
    ),

  create: (account, options) =>
    send(
      {
        method: 'POST',
        path: v1Path('accounts'),
        body: { account: accountDetails.encode(account) },
      },
      readAccount,
      options,
    ),

  get: (accountId, options) => send({ path: accountPath(accountId) }, readAccount, options),

  update: (accountId, account, options) =>
    send(
      {
        method: 'PATCH',
        path: accountPath(accountId),
        body: { account: accountDetails.encode(account) },
      },
      readAccount,
      options,
    ),
});
