import type { EraseSpec } from '../../jobs/erase/erase-spec.ts';
import { compileSelection } from '../../jobs/replay/list-selection.ts';
import type { Account } from '../../model/account.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { checkText } from '../input/check-text.ts';
import type { JobInput } from './job-schema.ts';
import { readJobQuery } from './read-job-query.ts';
import { refuseFields } from './refuse-fields.ts';

const OF_REPLAYS = [
  'order',
  'rate',
  'max',
  'canary',
  'stop_on',
  'target_webhook_id',
  'include_succeeded',
] as const;

const OF_EXPORTS = ['of', 'format', 'bodies', 'role'] as const;

/**
 * What a job is asked to erase, complete and frozen.
 *
 * @throws ApiError `InvalidBody`, with the place in the query.
 */
export function readEraseInput(body: JobInput, account: Account, nowMs: number): EraseSpec {
  const query = readJobQuery(body.query, nowMs, (one) => compileSelection(one, nowMs, account));
  const errors = new FieldErrors();
  refuseFields(body, OF_REPLAYS, 'a replay', errors);
  refuseFields(body, OF_EXPORTS, 'an export', errors);
  if (query.length === 0 && body.all !== true) {
    errors.add(
      'query',
      'required',
      'must have a term, or "all": true must be given to erase everything',
    );
  }
  checkText('reason', body.reason, errors);
  errors.throwIfAny();
  return { query, before_ms: nowMs };
}
