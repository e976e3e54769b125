import type { ListedStatus } from '../../model/delivery-status.ts';

/** A pattern of LIKE with the number of the term that it belongs to. */
export interface TypePattern {
  readonly term: number;
  readonly pattern: string;
}

/**
 * What the invocations of a list must match; `null` sets no condition. A list of values has `NO_VALUE`
 * where a row without a value matches, and ranges of numbers have `NO_NUMBER`.
 */
export interface InvocationFilter {
  readonly statuses: readonly ListedStatus[] | null;
  /** `int4multirange`. */
  readonly codes: string | null;
  readonly attempts: string | null;
  /** Milliseconds. */
  readonly took: string | null;
  /** `tstzmultirange` of the latest attempt's end, with `NO_TIME` for rows without an attempt. */
  readonly completed: string | null;
  readonly errors: readonly string[] | null;
  readonly reasons: readonly string[] | null;
  readonly triggers: readonly string[] | null;
  readonly ids: readonly string[] | null;
  readonly notIds: readonly string[] | null;
  /** Ids of jobs. */
  readonly jobs: readonly string[] | null;
  readonly notJobs: readonly string[] | null;
  /** 0: waiting, 1: in flight, 2: final; 3 more if `UNDELIVERED` holds. */
  readonly states: readonly number[] | null;
  /** Patterns of which one must match. */
  readonly types: readonly string[] | null;
  /** Patterns of which none may match. */
  readonly notTypes: readonly string[] | null;
  /** Further terms, of each of which one pattern must match. */
  readonly moreTypes: readonly TypePattern[];
  /** Only rows that `UNDELIVERED` selects, so that its index serves them. */
  readonly undelivered: boolean;
}

/** Stands for a missing text. */
export const NO_VALUE = '';
/** Stands for a missing number. */
export const NO_NUMBER = -1;
/** Stands for a missing time, in a `tstzmultirange`. */
export const NO_TIME = '[-infinity,-infinity]';

/** The filter that every invocation matches. */
export const NO_FILTER: InvocationFilter = {
  statuses: null,
  codes: null,
  attempts: null,
  took: null,
  completed: null,
  errors: null,
  reasons: null,
  triggers: null,
  ids: null,
  notIds: null,
  jobs: null,
  notJobs: null,
  states: null,
  types: null,
  notTypes: null,
  moreTypes: [],
  undelivered: false,
};
