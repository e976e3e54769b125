import { list } from '../internal/list.ts';
import { readNothing } from '../internal/read-nothing.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { NewToken, Token, TokenInput } from '../models/token.ts';
import type { AccountCallOptions } from '../options/account-call-options.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { PagePromise } from '../results/page-promise.ts';
import type { PageQuery } from '../results/page-query.ts';
import { token as tokenShape } from '../shapes/token.ts';

/** The page of a list of tokens. */
export interface ListTokensQuery extends Omit<PageQuery, 'sort'> {
  /** Another account, for operators only; default: the account of the credentials. */
  readonly accountId?: number | undefined;
}

/** The API tokens of an account, for admins and operators. */
export interface Tokens {
  /**
   * Lists the tokens, newest first and without their secrets. Await the result for the first page,
   * or iterate over it for the tokens of all pages.
   *
   * @param query - Account, size and cursor; every page keeps the first two.
   * @param options - Apply to each page.
   */
  list(query?: ListTokensQuery, options?: CallOptions): PagePromise<Token>;

  /**
   * Creates a token. Only this answer has its `secret`. The client does not retry this call after a
   * timeout or a broken connection, because a repeat would create another token.
   *
   * @param token - The token.
   * @param options - `accountId`: another account, for operators only; the rest applies to this
   *   call.
   * @throws `ForbiddenError` when only an operator may do this: for the role `operator`, and with
   *   `accountId`; `UnprocessableEntityError` for the role `operator` in another account;
   *   `ConflictError` when the account has 1,000 tokens; otherwise the same as every call.
   */
  create(token: TokenInput, options?: AccountCallOptions): APIPromise<NewToken>;

  /**
   * Revokes a token: the node that answers refuses it from then on, and the others follow within
   * milliseconds. A retry after a lost answer may find the token revoked already and throw
   * `NotFoundError`.
   *
   * @param tokenId - The token; it may be that of the credentials.
   * @param options - `accountId`: another account, for operators only; the rest applies to this
   *   call.
   * @throws `ConflictError` when it is the last token of an operator; otherwise the same as every
   *   call.
   */
  revoke(tokenId: string, options?: AccountCallOptions): APIPromise<void>;
}

const readToken = readOne('token', tokenShape);

/** Creates the operations on tokens. */
export const tokens = (send: Send): Tokens => ({
  list: ({ accountId, ...query } = {}, options) =>
    list(
      send,
      {
        path: v1Path('tokens'),
        name: 'tokens',
        kind: tokenShape,
        parameters: { account_id: accountId },
      },
      query,
      options,
    ),

  create: (token, { accountId, ...options } = {}) =>
    send(
      {
        method: 'POST',
        path: v1Path('tokens'),
        query: { account_id: accountId },
        body: { token: tokenShape.encode(token) },
      },
      readToken,
      options,
    ),

  revoke: (tokenId, { accountId, ...options } = {}) =>
    send(
      { method: 'DELETE', path: v1Path('tokens', tokenId), query: { account_id: accountId } },
      readNothing,
      options,
    ),
});
