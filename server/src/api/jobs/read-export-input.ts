import { compileEventQuery } from '../../jobs/export/compile-event-query.ts';
import { EXPORTED, type ExportSpec } from '../../jobs/export/export-spec.ts';
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

/**
 * What an export is asked to do, complete and frozen.
 *
 * @throws ApiError `InvalidBody`, with the place in the query.
 */
export function readExportInput(body: JobInput, account: Account, nowMs: number): ExportSpec {
  const { bodies, format = 'ndjson', of, role = 'admin' } = body;
  const compile = of === 'events' ? compileEventQuery : compileSelection;
  const query = readJobQuery(body.query, nowMs, (one) => compile(one, nowMs, account));
  const errors = new FieldErrors();
  refuseFields(body, OF_REPLAYS, 'a replay', errors);
  if (of === undefined) {
    errors.add('of', 'required', `must be one of ${EXPORTED.join(', ')}`);
  }
  if (of === 'invocations' && bodies !== undefined) {
    errors.add('bodies', 'not_allowed', 'is of attempts and events only: invocations have no body');
  }
  if (query.length === 0 && body.all !== true) {
    errors.add(
      'query',
      'required',
      'must have a term, or "all": true must be given to export everything',
    );
  }
  checkText('reason', body.reason, errors);
  errors.throwIfAny();
  const endMs = compile(query, nowMs, account).created.at(-1)?.[1];
  return {
    query,
    before_ms: nowMs,
    ...(endMs !== undefined && endMs < nowMs && { ends_ms: endMs }),
    of: of as ExportSpec['of'],
    format,
    bodies: of !== 'invocations' && (bodies ?? true),
    role,
  };
}
