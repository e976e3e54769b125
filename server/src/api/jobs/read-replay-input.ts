import {
  parseQuery,
  type Query,
  QuerySyntaxError,
  readQuery,
  resolveQuery,
} from '@hooktrail/sdk/query';
import type { Directory } from '../../directory/directory.ts';
import { compileSelection } from '../../jobs/replay/list-selection.ts';
import { DEFAULT_RATE, MOST_ITEMS, type ReplaySpec } from '../../jobs/replay/replay-spec.ts';
import type { Account } from '../../model/account.ts';
import { UnservedField } from '../../query/unserved-field.ts';
import type { ApiError } from '../errors/api-error.ts';
import { cut } from '../errors/cut.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { validationError } from '../errors/validation-error.ts';
import { checkText } from '../input/check-text.ts';
import { describeQueryError } from '../input/describe-query-error.ts';
import type { JobInput } from './job-schema.ts';

/**
 * What a replay is asked to do, complete and frozen.
 *
 * @throws ApiError `InvalidBody`, with the place in the query.
 */
export function readReplayInput(
  body: JobInput,
  account: Account,
  directory: Directory,
  nowMs: number,
): ReplaySpec {
  const query = resolveQuery(readGiven(body.query), nowMs);
  try {
    compileSelection(query, nowMs, account);
  } catch (error) {
    if (!(error instanceof UnservedField)) throw error;
    throw invalid(`query: field ${error.field}: ${error.message}`);
  }
  const errors = new FieldErrors();
  const { canary, max = MOST_ITEMS, target_webhook_id: targetId } = body;
  if (query.length === 0 && body.all !== true) {
    errors.add(
      'query',
      'required',
      'must have a term, or "all": true must be given to send everything again',
    );
  }
  if (canary !== undefined && canary.count > max) {
    errors.add('canary.count', 'out_of_range', `must not be more than max, which is ${max}`);
  }
  if (targetId !== undefined) checkTarget(targetId, account, directory, errors);
  checkText('reason', body.reason, errors);
  errors.throwIfAny();
  return {
    query,
    before_ms: nowMs,
    order: body.order ?? 'oldest',
    rate: body.rate ?? DEFAULT_RATE,
    max,
    canary: canary ?? null,
    stop_on: body.stop_on ?? null,
    target_webhook_id: targetId ?? null,
    include_succeeded: body.include_succeeded ?? false,
  };
}

function readGiven(given: JobInput['query']): Query {
  if (given === undefined) return [];
  const isJson = typeof given !== 'string';
  try {
    return isJson ? readQuery(given) : parseQuery(given);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    throw invalid(describeQueryError(error, 'query', 0, isJson));
  }
}

function checkTarget(id: string, account: Account, directory: Directory, errors: FieldErrors) {
  const target = directory.webhook(id);
  if (target === undefined || target.accountId !== account.id) {
    errors.add(
      'target_webhook_id',
      'not_allowed',
      `must be the id of a webhook of this account, got ${cut(id)}`,
    );
  } else if (target.status !== 'active') {
    errors.add(
      'target_webhook_id',
      'not_allowed',
      `must be an active webhook: ${id} is inactive, set its status to active first`,
    );
  }
}

const invalid = (message: string): ApiError =>
  validationError('InvalidBody', [{ field: 'query', code: 'invalid_format', message }]);
