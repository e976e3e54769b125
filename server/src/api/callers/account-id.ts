import { Type } from 'typebox';
import type { Directory } from '../../directory/directory.ts';
import { ApiError } from '../errors/api-error.ts';
import { notFound } from '../errors/not-found.ts';
import type { Caller } from './authentication.ts';

/** 15 digits: what the query parser converts, and all exact as a JavaScript number. */
const MAX_ACCOUNT_ID = 999_999_999_999_999;

/** The query parameter with which an operator acts for another account. */
export const accountParameter = {
  account_id: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_ACCOUNT_ID,
      description: 'Acts for another account; operators only. Default: the account of the token.',
    }),
  ),
};

/** Parses an account id in a path; undefined when no account can have it. */
export function accountId(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/**
 * The account that a request concerns. A caller that is not an operator gets 403 for any
 * `account_id`, even its own, so the answer does not reveal which accounts exist.
 *
 * @throws ApiError `Forbidden` or `RecordNotFound`.
 */
export function accountOf(directory: Directory, caller: Caller, asked: number | undefined): number {
  if (asked === undefined) return caller.accountId;
  if (caller.role !== 'operator') {
    throw new ApiError('Forbidden', 'account_id requires a token with the role operator');
  }
  if (directory.account(asked) === undefined) throw notFound('account', asked);
  return asked;
}
