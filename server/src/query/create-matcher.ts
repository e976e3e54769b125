import { type Query, type QueryTerm, type QueryValues, timeRanges } from '@hooktrail/sdk/query';
import type { ListedStatus } from '../model/delivery-status.ts';
import { matchesType } from './matches-type.ts';
import { numberRange } from './number-range.ts';
import type { Range } from './ranges.ts';

/** What a query can ask of an invocation; what an event without invocations lacks is undefined. */
export interface QueryFacts {
  readonly webhook: { readonly id: string; readonly name: string } | undefined;
  readonly eventType: string | undefined;
  readonly createdMs: number;
  readonly status: ListedStatus | undefined;
  readonly statusCode: number | undefined;
  readonly attempts: number | undefined;
  readonly durationMs: number | undefined;
  /** The end of the latest attempt. */
  readonly completedMs: number | undefined;
  readonly errorClass: string | undefined;
  readonly reason: string | undefined;
  readonly trigger: string | undefined;
  readonly id: string | undefined;
  /** The job that replayed it last. */
  readonly job: string | undefined;
  readonly state: Exclude<QueryValues['state'], 'undelivered'> | undefined;
  readonly undelivered: boolean;
}

type Matches = (facts: QueryFacts) => boolean;

/**
 * Makes the function that decides whether an invocation matches a query that `compileQuery` accepted:
 * the same as the statements do with what it compiles, for rows that are in memory.
 */
export function createMatcher(query: Query, nowMs: number): Matches {
  const terms = query.map((term): Matches => {
    const has = hasOne(term, nowMs);
    return term.not === true ? (facts) => !has(facts) : has;
  });
  return (facts) => terms.every((matches) => matches(facts));
}

function hasOne(term: QueryTerm, nowMs: number): Matches {
  switch (term.field) {
    case 'webhook': {
      const names = new Set(term.values);
      return ({ webhook }) =>
        webhook !== undefined && (names.has(webhook.id) || names.has(webhook.name));
    }
    case 'type':
      return ({ eventType }) => matchesType(term, eventType);
    case 'created':
    case 'since':
    case 'until':
      return within(timeRanges(term, nowMs), ({ createdMs }) => createdMs);
    case 'completed':
      return within(timeRanges(term, nowMs), ({ completedMs }) => completedMs);
    case 'code':
      return within(term.values.map(numberRange), ({ statusCode }) => statusCode);
    case 'attempts':
      return within(term.values.map(numberRange), ({ attempts }) => attempts);
    case 'took':
      return within(term.values.map(numberRange), ({ durationMs }) => durationMs);
    case 'status':
      return among(term.values, ({ status }) => status);
    case 'error':
      return ({ errorClass }) =>
        errorClass !== undefined &&
        term.values.some((value) => value === errorClass || (value === 'tls' && isTls(errorClass)));
    case 'reason':
      return among(term.values, ({ reason }) => reason);
    case 'trigger':
      return among(term.values, ({ trigger }) => trigger);
    case 'invocation':
      return among(term.values, ({ id }) => id);
    case 'job':
      return among(term.values, ({ job }) => job);
    case 'state':
      return ({ state, undelivered }) =>
        term.values.some((value) => (value === 'undelivered' ? undelivered : value === state));
    case 'origin':
      return () => term.values.includes('local');
    default:
      throw new Error(`no list serves ${term.field}`);
  }
}

const isTls = (errorClass: string) => /^tls\b/.test(errorClass);

function within(
  ranges: readonly Range[],
  read: (facts: QueryFacts) => number | undefined,
): Matches {
  return (facts) => {
    const value = read(facts);
    return value !== undefined && ranges.some(([from, before]) => value >= from && value < before);
  };
}

function among(
  values: readonly string[],
  read: (facts: QueryFacts) => string | undefined,
): Matches {
  const set = new Set(values);
  return (facts) => {
    const value = read(facts);
    return value !== undefined && set.has(value);
  };
}
