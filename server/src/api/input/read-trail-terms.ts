import { parseQuery, type Query, QuerySyntaxError, readQuery } from '@hooktrail/sdk/query';
import { similarName } from '../../model/similar-name.ts';
import { UnservedField } from '../../query/unserved-field.ts';
import type { FieldError } from '../errors/api-error.ts';
import { cut } from '../errors/cut.ts';
import { validationError } from '../errors/validation-error.ts';
import { describeQueryError } from './describe-query-error.ts';
import { FIELD_PARAMETERS } from './field-parameters.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** Longer lists do not help the caller. */
const MAX_ERRORS = 20;

/**
 * The query of a list: that of `q`, and a term for each parameter with the name of a field.
 *
 * `compile` makes of it what the list needs, and may throw `UnservedField`.
 *
 * @throws ApiError `InvalidParameter`, with the place in `q`, what is known, and the nearest name.
 */
export function readTrailTerms<Compiled>(
  parameters: Parameters,
  known: readonly string[],
  compile: (query: Query) => Compiled,
): Compiled {
  refuseUnknown(parameters, known);
  const terms: [parameter: string, query: Query][] = [];
  const { q } = parameters;
  if (typeof q === 'string') terms.push(['q', read('q', () => parseQuery(q))]);
  const { query: json } = parameters;
  if (typeof json === 'string') terms.push(['query', read('query', () => readQuery(parsed(json)))]);
  for (const { field, name } of FIELD_PARAMETERS) {
    const value = parameters[name];
    if (typeof value !== 'string') continue;
    // In quotes, a value may have a comma.
    const query = value.includes('"')
      ? read(name, () => parseQuery(`${name}:${value}`), name.length + 1)
      : read(name, () => readQuery([{ field, values: value.split(',') }]));
    terms.push([name, query]);
  }
  const query = terms.flatMap(([, one]) => one);
  try {
    return compile(query);
  } catch (error) {
    if (!(error instanceof UnservedField)) throw error;
    const { field, message } = error;
    const given = terms.find(([, one]) => one.some((term) => term.field === field))?.[0] ?? 'q';
    throw invalid(given, 'not_allowed', `${given}: field ${field}: ${message}`);
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid('query', 'malformed', 'query: must be JSON: a list of terms');
  }
}

function read(parameter: string, readTerms: () => Query, prefix = 0): Query {
  try {
    return readTerms();
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    const message = describeQueryError(error, parameter, prefix, parameter === 'query');
    throw invalid(parameter, 'invalid_format', message);
  }
}

function refuseUnknown(parameters: Parameters, known: readonly string[]): void {
  const errors = Object.keys(parameters)
    .filter((name) => !known.includes(name))
    .slice(0, MAX_ERRORS)
    .map((name): FieldError => {
      const field = cut(name);
      const similar = similarName(field, known, Number.POSITIVE_INFINITY);
      return {
        field,
        code: 'unknown_field',
        message: `${field} is not a parameter of this list: did you mean ${similar}?`,
      };
    });
  if (errors.length > 0) throw validationError('InvalidParameter', errors);
}

const invalid = (field: string, code: FieldError['code'], message: string) =>
  validationError('InvalidParameter', [{ field, code, message }]);
