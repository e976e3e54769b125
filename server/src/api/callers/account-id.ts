import { Type } from 'typebox';
import type { Directory } from '../../directory/directory.ts';
import { ApiError } from '../errors/api-error.ts';
import { notFound } from '../errors/not-found.ts';
import type { Caller } from './authentication.ts';

/** As many digits as query parameters are converted from, all of which a number holds exactly. */
const LARGEST = 999_999_999_999_999;

/** The query parameter by which an operator acts for another account. */
export const accountParameter = {
  account_id: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: LARGEST,
      description: 'Another account, for operators only; the own one when absent.',
    }),
  ),
};

/** Reads the account of a path: undefined when no account can have this number. */
export function accountId(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/**
 * The account that a request is about. Who is no operator gets one answer for all accounts, his own
 * too, so that nobody learns which there are.
 *
 * @throws ApiError
 */
export function accountOf(directory: Directory, caller: Caller, asked: number | undefined): number {
  if (asked === undefined) return caller.accountId;
  if (caller.role !== 'operator') {
    throw new ApiError('Forbidden', 'only an operator may give an account_id');
  }
  if (directory.account(asked) === undefined) throw notFound('account', asked);
  return asked;
}
