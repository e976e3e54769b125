import {
  parseQuery,
  type Query,
  QuerySyntaxError,
  readQuery,
  resolveQuery,
} from '@hooktrail/sdk/query';
import { UnservedField } from '../../query/unserved-field.ts';
import type { ApiError } from '../errors/api-error.ts';
import { validationError } from '../errors/validation-error.ts';
import { describeQueryError } from '../input/describe-query-error.ts';
import type { JobInput } from './job-schema.ts';

/**
 * The query of a job, with its relative times made absolute.
 *
 * @param compile throws `UnservedField` for what the job cannot select by
 * @throws ApiError `InvalidBody`, with the place in the query.
 */
export function readJobQuery(
  given: JobInput['query'],
  nowMs: number,
  compile: (query: Query) => unknown,
): Query {
  const query = resolveQuery(readGiven(given), nowMs);
  try {
    compile(query);
  } catch (error) {
    if (!(error instanceof UnservedField)) throw error;
    throw invalid(`query: field ${error.field}: ${error.message}`);
  }
  return query;
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

const invalid = (message: string): ApiError =>
  validationError('InvalidBody', [{ field: 'query', code: 'invalid_format', message }]);
