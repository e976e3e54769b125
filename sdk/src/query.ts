export {
  type ClosedList,
  ERROR_CLASSES,
  REASONS,
  STATES,
  STATUSES,
  TRIGGERS,
} from './query/closed-lists.ts';
export {
  completeQuery,
  type QueryCompletion,
  type QueryNames,
  type QueryOption,
} from './query/complete-query.ts';
export { QUERY_FIELDS, type QueryField, type QueryValueKind } from './query/fields.ts';
export { MAX_QUERY_LENGTH, MAX_QUERY_TERMS, MAX_TERM_VALUES } from './query/limits.ts';
export { parseQuery } from './query/parse-query.ts';
export { printQuery } from './query/print-query.ts';
export type {
  Comparison,
  HeaderTerm,
  JsonTerm,
  Query,
  QueryErrorClass,
  QueryReason,
  QueryState,
  QueryStatus,
  QueryTerm,
  QueryTime,
  QueryTrigger,
  QueryValues,
  TermOf,
} from './query/query.ts';
export { type QueryProblem, QuerySyntaxError } from './query/query-syntax-error.ts';
export { readQuery } from './query/read-query.ts';
export { resolveQuery } from './query/resolve-query.ts';
export { type TimeRange, type TimeTerm, timeRanges } from './query/time-ranges.ts';
