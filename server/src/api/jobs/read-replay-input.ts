import type { Directory } from '../../directory/directory.ts';
import { compileSelection } from '../../jobs/replay/list-selection.ts';
import { DEFAULT_RATE, MOST_ITEMS, type ReplaySpec } from '../../jobs/replay/replay-spec.ts';
import type { Account } from '../../model/account.ts';
import { cut } from '../errors/cut.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { checkText } from '../input/check-text.ts';
import type { JobInput } from './job-schema.ts';
import { readJobQuery } from './read-job-query.ts';
import { refuseFields } from './refuse-fields.ts';

const OF_EXPORTS = ['of', 'format', 'bodies', 'role'] as const;

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
  const query = readJobQuery(body.query, nowMs, (one) => compileSelection(one, nowMs, account));
  const errors = new FieldErrors();
  refuseFields(body, OF_EXPORTS, 'an export', errors);
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
