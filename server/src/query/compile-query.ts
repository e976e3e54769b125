import {
  ERROR_CLASSES,
  type Query,
  type QueryTerm,
  type QueryValues,
  REASONS,
  TRIGGERS,
  timeRanges,
} from '@hooktrail/sdk/query';
import { LISTED_STATUSES, type ListedStatus } from '../model/delivery-status.ts';
import { idTimeMs } from '../model/ids.ts';
import {
  type InvocationFilter,
  NO_FILTER,
  NO_NUMBER,
  NO_TIME,
  NO_VALUE,
  type TypePattern,
} from '../sql/parts/invocation-filter.ts';
import { type KeyTerm, keyTermsOf } from './key-terms.ts';
import { numberRange } from './number-range.ts';
import { complement, EVERYTHING, intersect, type Range, type Ranges, unite } from './ranges.ts';
import { typePatterns } from './type-patterns.ts';
import { UnservedField } from './unserved-field.ts';

/** A query as a list of invocations needs it. */
export interface CompiledQuery {
  /** When the invocation was created, in milliseconds since 1970. */
  readonly created: Ranges;
  /** When the latest attempt of what matches finished, or the creation without one. */
  readonly completedSpan: Range;
  readonly filter: InvocationFilter;
  /** What was compiled. */
  readonly query: Query;
  /** The terms about the webhook: each names ids or names of which one must, or none may, match. */
  readonly webhooks: readonly { readonly names: ReadonlySet<string>; readonly not: boolean }[];
  /** The terms about keys. */
  readonly keys: readonly KeyTerm[];
  /** The terms about the origin: names of sources, or `local`. */
  readonly origins: CompiledQuery['webhooks'];
  /** No invocation can match. */
  readonly nothing: boolean;
}

type TermOfField<Field> = Extract<QueryTerm, { readonly field: Field }>;

/** What PostgreSQL's `integer` can hold. */
const INTEGERS: Range = [0, 2 ** 31 - 1];

/** Stored times are of this span; so is a `tstzmultirange` that must not hold `NO_TIME` by itself. */
const TIMES: Range = [0, Date.UTC(9999, 11, 31)];

/** Why, for the fields that no list of invocations serves yet. */
const UNSERVED: Partial<Record<QueryTerm['field'], string>> = {
  json: 'values at a JSON pointer of the body',
  header: 'values of published headers',
  text: 'words and phrases',
};

/** Which operation serves a field, where one does. */
const SERVED: typeof UNSERVED = {
  json: 'GET /v1/events, GET /v1/invocations and GET /v1/search do',
  header: 'GET /v1/events, GET /v1/invocations and GET /v1/search do',
  text: 'GET /v1/search does',
};

/** The states, by the numbers of `InvocationFilter.states`. */
const STATE_NUMBERS: Readonly<Record<QueryValues['state'], readonly number[]>> = {
  waiting: [0, 3],
  'in flight': [1, 4],
  final: [2, 5],
  undelivered: [3, 4, 5],
};
const ALL_STATES = [0, 1, 2, 3, 4, 5];

/**
 * Compiles a query to the filter of the statements. All terms of a field become one condition: their
 * sets are intersected here. A term that excludes keeps rows that have no value.
 *
 * @param serves the fields that `operation` serves beside those of the filter
 * @throws UnservedField for a field that `operation` cannot serve.
 */
export function compileQuery(
  query: Query,
  nowMs: number,
  operation: string,
  serves: readonly QueryTerm['field'][] = [],
): CompiledQuery {
  for (const term of query) if (!serves.includes(term.field)) refuseUnserved(term, operation);
  const terms = <Field extends QueryTerm['field']>(field: Field) =>
    query.filter((term): term is TermOfField<Field> => term.field === field);

  const statuses = chosen(terms('status'), LISTED_STATUSES);
  const errors = chosen(terms('error').map(withTlsClasses), [
    NO_VALUE,
    ...Object.keys(ERROR_CLASSES),
  ]);
  const reasons = chosen(terms('reason'), [NO_VALUE, ...Object.keys(REASONS)]);
  const triggers = chosen(terms('trigger'), [NO_VALUE, ...Object.keys(TRIGGERS)]);
  const states = chosenStates(terms('state'));
  const codes = numbersOf(terms('code'));
  const attempts = numbersOf(terms('attempts'));
  const took = numbersOf(terms('took'));
  const completed = completedRanges(terms('completed'), nowMs);
  const ids = allowedOf(terms('invocation'));
  const times = [...terms('created'), ...terms('since'), ...terms('until')];
  // An id says when it was created: only those moments are read.
  const created = timesOf(times, ids === null ? EVERYTHING : momentsOf(ids), nowMs);

  const types = terms('type');
  const [firstTypes, ...moreTypes] = types.filter(({ not }) => not !== true);
  const notTypes = types.filter(({ not }) => not === true);
  const lists = [
    statuses,
    errors,
    reasons,
    triggers,
    ids,
    allowedOf(terms('job')),
    states,
    codes,
    attempts,
    took,
  ];
  return {
    created,
    completedSpan: spanOf(completed),
    query,
    filter: {
      ...NO_FILTER,
      statuses: statuses as ListedStatus[] | null,
      codes: codes && numberText(codes),
      attempts: attempts && numberText(attempts),
      took: took && numberText(took),
      completed: completed && timeText(completed),
      errors,
      reasons,
      triggers,
      ids,
      notIds: excludedOf(terms('invocation')),
      jobs: allowedOf(terms('job')),
      notJobs: excludedOf(terms('job')),
      states,
      types: firstTypes === undefined ? null : typePatterns(firstTypes.values),
      notTypes:
        notTypes.length === 0 ? null : notTypes.flatMap(({ values }) => typePatterns(values)),
      moreTypes: moreTypes.flatMap(({ values }, term): TypePattern[] =>
        typePatterns(values).map((pattern) => ({ term, pattern })),
      ),
      undelivered: states?.every((state) => state >= 3) === true,
    },
    keys: keyTermsOf(query),
    webhooks: namesOf(terms('webhook')),
    origins: namesOf(terms('origin')),
    nothing:
      created.length === 0 ||
      lists.some((list) => list?.length === 0) ||
      (completed !== null && completed.ranges.length === 0 && !completed.none),
  };
}

function refuseUnserved(term: QueryTerm, operation: string): void {
  const what = UNSERVED[term.field];
  if (what !== undefined) {
    throw new UnservedField(
      term.field,
      `${operation} cannot serve ${what}; ${SERVED[term.field] ?? 'no operation serves them yet'}`,
    );
  }
}

const namesOf = (terms: readonly Listed[]): CompiledQuery['webhooks'] =>
  terms.map(({ values, not }) => ({ names: new Set(values), not: not === true }));

/** `tls` stands for every failure of TLS. */
function withTlsClasses(term: TermOfField<'error'>) {
  const values = term.values.flatMap((value): string[] =>
    value === 'tls' ? Object.keys(ERROR_CLASSES).filter((one) => /^tls\b/.test(one)) : [value],
  );
  return { ...term, values };
}

interface Listed {
  readonly values: readonly string[];
  readonly not?: true;
}

/** The values of a closed list that all terms allow; null without a term. */
function chosen(terms: readonly Listed[], all: readonly string[]): string[] | null {
  if (terms.length === 0) return null;
  return all.filter((value) =>
    terms.every(({ values, not }) => values.includes(value) !== (not === true)),
  );
}

function chosenStates(terms: readonly TermOfField<'state'>[]): number[] | null {
  if (terms.length === 0) return null;
  return ALL_STATES.filter((state) =>
    terms.every(
      ({ values, not }) =>
        values.some((value) => STATE_NUMBERS[value].includes(state)) !== (not === true),
    ),
  );
}

type NumberValue = QueryValues['attempts' | 'code' | 'took'];

/** The numbers that all terms allow, with `NO_NUMBER` where a row without one matches. */
function numbersOf(
  terms: readonly { readonly values: readonly NumberValue[]; readonly not?: true }[],
): Ranges | null {
  if (terms.length === 0) return null;
  let allowed: Ranges = [[NO_NUMBER, INTEGERS[1]]];
  for (const { values, not } of terms) {
    const given = unite(values.map((value) => clip(numberRange(value))));
    allowed = intersect(allowed, not === true ? complement(given) : given);
  }
  return allowed;
}

/** The ids that all terms allow; null without a term that demands one. */
function allowedOf(terms: readonly Listed[]): string[] | null {
  const [first, ...more] = terms.filter(({ not }) => not !== true);
  if (first === undefined) return null;
  return first.values.filter((id) => more.every(({ values }) => values.includes(id)));
}

/** The ids that some term excludes; null without one. */
function excludedOf(terms: readonly Listed[]): string[] | null {
  const ids = terms.filter(({ not }) => not === true).flatMap(({ values }) => [...values]);
  return ids.length === 0 ? null : ids;
}

/** The milliseconds in which these ids were made. */
const momentsOf = (ids: readonly string[]): Ranges =>
  unite(ids.map((id): Range => [idTimeMs(id), idTimeMs(id) + 1]));

const clip = ([from, before]: Range): Range => [
  Math.max(from, INTEGERS[0]),
  Math.min(before, INTEGERS[1]),
];

type TimeTerms = readonly TermOfField<'completed' | 'created' | 'since' | 'until'>[];

function timesOf(terms: TimeTerms, all: Ranges, nowMs: number): Ranges {
  let allowed = all;
  for (const term of terms) {
    const given = unite(timeRanges(term, nowMs));
    allowed = intersect(allowed, term.not === true ? complement(given) : given);
  }
  return allowed;
}

interface Completed {
  readonly ranges: Ranges;
  /** Rows without an attempt match. */
  readonly none: boolean;
}

function completedRanges(terms: TimeTerms, nowMs: number): Completed | null {
  if (terms.length === 0) return null;
  return {
    ranges: timesOf(terms, [TIMES], nowMs),
    none: terms.every(({ not }) => not === true),
  };
}

const ALWAYS: Range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** The span of all ranges; everything where rows without an attempt match too. */
function spanOf(completed: Completed | null): Range {
  if (completed === null || completed.none) return ALWAYS;
  const { ranges } = completed;
  return [ranges[0]?.[0] ?? 0, ranges.at(-1)?.[1] ?? 0];
}

function numberText(ranges: Ranges): string {
  return `{${ranges.map(([from, before]) => `[${from},${before})`).join()}}`;
}

function timeText({ ranges, none }: Completed): string {
  const texts = ranges.map(([from, before]) => `["${iso(from)}","${iso(before)}")`);
  return `{${(none ? [NO_TIME, ...texts] : texts).join()}}`;
}

const iso = (ms: number): string => new Date(ms).toISOString();
