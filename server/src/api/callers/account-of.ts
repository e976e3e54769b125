import type { Directory } from '../../directory/directory.ts';
import { ApiError } from '../errors/api-error.ts';
import { notFound } from '../errors/not-found.ts';
import type { Caller } from './caller.ts';

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
  if (directory.account(asked) === undefined) throw notFound('account', asked, 'account_id');
  return asked;
}
