import type { ERROR_CLASSES, REASONS, STATES, STATUSES, TRIGGERS } from './closed-lists.ts';

/** A status that a query can name. */
export type QueryStatus = keyof typeof STATUSES;

/** A class of errors that a query can name. */
export type QueryErrorClass = keyof typeof ERROR_CLASSES;

/** A reason that a query can name. */
export type QueryReason = keyof typeof REASONS;

/** A trigger that a query can name. */
export type QueryTrigger = keyof typeof TRIGGERS;

/** A state that a query can name. */
export type QueryState = keyof typeof STATES;

/**
 * A time: relative to now (`2h`: two hours ago; units `s`, `m`, `h`, `d`, `w`), a UTC day
 * (`2026-11-01`), or an instant in UTC (`2026-11-01T09:30Z`, with seconds and milliseconds where
 * given). A day, minute or second stands for all of it.
 */
export type QueryTime = string;

type Bound = 'gt' | 'gte' | 'lt' | 'lte';

type Bounded<Given extends Bound, Value> = { readonly [Key in Given]: Value } & {
  readonly [Key in Exclude<Bound, Given>]?: never;
};

/** A comparison: above, from, below, up to, or a range that includes both of its ends. */
export type Comparison<Value> =
  | Bounded<'gt', Value>
  | Bounded<'gte', Value>
  | Bounded<'lt', Value>
  | Bounded<'lte', Value>
  | Bounded<'gte' | 'lte', Value>;

/** The values that each field takes. */
export interface QueryValues {
  /** The id or the name of a webhook. */
  webhook: string;
  /** The status of the invocation. */
  status: QueryStatus;
  /** The HTTP status of the latest answer, or a class of them. */
  code: number | `${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}xx` | Comparison<number>;
  /** The type of the event; `*` stands for any characters. */
  type: string;
  /** When the invocation was created. */
  created: QueryTime | Comparison<QueryTime>;
  /** When the latest attempt finished. */
  completed: QueryTime | Comparison<QueryTime>;
  /** Created then or later. */
  since: QueryTime;
  /** Created then or earlier. */
  until: QueryTime;
  /** The number of attempts. */
  attempts: number | Comparison<number>;
  /** The duration of the latest attempt, in milliseconds. */
  took: number | Comparison<number>;
  /** The class of the latest attempt's error. */
  error: QueryErrorClass;
  /** Why the invocation waits or ended. */
  reason: QueryReason;
  /** What caused the latest attempt. */
  trigger: QueryTrigger;
  /** The id of the invocation. */
  invocation: string;
  /** The id of a job. */
  job: string;
  /** Where the invocation comes from. */
  origin: string;
  /** The state of the invocation. */
  state: QueryState;
  /** A word or a phrase. */
  text: string;
}

/** One condition on one field. */
export interface TermOf<Field extends string, Value> {
  /** The field. */
  readonly field: Field;
  /** One or more values, of which one must match. */
  readonly values: readonly Value[];
  /** Excludes what matches. */
  readonly not?: true;
}

/** The value at a JSON pointer of the event's body. */
export interface JsonTerm extends TermOf<'json', string> {
  /** The pointer (RFC 6901), such as `/detail/id`. */
  readonly pointer: string;
}

/** The value of a header that was published with the event. */
export interface HeaderTerm extends TermOf<'header', string> {
  /** The name, in lower case. */
  readonly name: string;
}

/** One condition of a query, discriminated by `field`. */
export type QueryTerm =
  | { [Field in keyof QueryValues]: TermOf<Field, QueryValues[Field]> }[keyof QueryValues]
  | JsonTerm
  | HeaderTerm;

/**
 * A query in its JSON form: a list of terms, all of which must match; without a term everything
 * does. A list, not an object keyed by field: the same field may occur twice, and both count.
 */
export type Query = readonly QueryTerm[];
