import { describe, expectTypeOf, it } from 'vitest';
import type { AttemptTrigger, ErrorClass, ReasonCode } from '../models/recorded-values.ts';
import type {
  Query,
  QueryErrorClass,
  QueryReason,
  QueryStatus,
  QueryTerm,
  QueryTrigger,
} from '../query.ts';

// The compiler is the test: nothing here runs.
const types = (check: () => unknown) => {
  void check;
};

describe('the types of a query', () => {
  it('take what the language takes', () => {
    types(() => {
      const query: Query = [
        { field: 'status', values: ['failed'], not: true },
        { field: 'code', values: [404, '5xx', { gte: 500, lte: 504 }] },
        { field: 'created', values: ['2026-11-01', { gt: '2h' }] },
        { field: 'json', pointer: '/a', values: ['1'] },
        { field: 'header', name: 'x', values: ['1'] },
      ];
      return query;
    });
  });

  it('have the values that invocations have', () => {
    expectTypeOf<ErrorClass>().toEqualTypeOf<QueryErrorClass>();
    expectTypeOf<ReasonCode>().toEqualTypeOf<QueryReason>();
    expectTypeOf<AttemptTrigger>().toEqualTypeOf<QueryTrigger>();
  });

  it('tell terms by their field', () => {
    types(() => {
      const read = (term: QueryTerm) => {
        if (term.field === 'status')
          expectTypeOf(term.values).toEqualTypeOf<readonly QueryStatus[]>();
        if (term.field === 'json') expectTypeOf(term.pointer).toEqualTypeOf<string>();
        // @ts-expect-error only terms of a pointer have one
        term.pointer;
      };
      return read;
    });
  });

  it('refuse what the language refuses', () => {
    types(() => {
      const terms: QueryTerm[] = [
        // @ts-expect-error an unknown status
        { field: 'status', values: ['faild'] },
        // @ts-expect-error an unknown field
        { field: 'statsu', values: ['failed'] },
        // @ts-expect-error two comparisons that are no range
        { field: 'attempts', values: [{ gt: 1, lte: 2 }] },
        // @ts-expect-error a pointer is missing
        { field: 'json', values: ['1'] },
        // @ts-expect-error absent or true
        { field: 'text', values: ['1'], not: false },
      ];
      return terms;
    });
  });
});
