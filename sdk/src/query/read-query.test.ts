import { describe, expect, it } from 'vitest';
import { MAX_QUERY_LENGTH, MAX_QUERY_TERMS, MAX_TERM_VALUES } from './limits.ts';
import { printQuery } from './print-query.ts';
import { QuerySyntaxError } from './query-syntax-error.ts';
import { readQuery } from './read-query.ts';

function refused(json: unknown) {
  try {
    readQuery(json);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    const { message, path, position, problem, known, nearest } = error;
    expect(position).toBeUndefined();
    return { path, message, problem, known, nearest };
  }
  throw new Error(`accepted: ${JSON.stringify(json)}`);
}

const text = (...values: unknown[]) => ({ field: 'text', values });

describe('readQuery', () => {
  it('returns the canonical form', () => {
    expect(
      readQuery([
        { values: ['Client_Error'], field: 'status', not: false },
        { field: 'attempts', values: ['>3', 2, '4-5', { lte: 9, gte: '7' }] },
        { field: 'took', values: ['1.5s', { gt: '2m' }, 250, { lte: 5_000 }] },
        { field: 'code', values: ['404', '5XX', { gte: 500, lte: 504 }] },
        {
          field: 'created',
          values: [{ gte: '2026-11-01T12:00:00+02:00' }, '2026-11-01..2026-11-02'],
        },
        { field: 'header', name: 'X-Foo', values: ['a'], not: true },
        { field: 'json', pointer: '/A/b', values: [''] },
      ]),
    ).toEqual([
      { field: 'status', values: ['client error'] },
      { field: 'attempts', values: [{ gt: 3 }, 2, { gte: 4, lte: 5 }, { gte: 7, lte: 9 }] },
      { field: 'took', values: [1_500, { gt: 120_000 }, 250, { lte: 5_000 }] },
      { field: 'code', values: [404, '5xx', { gte: 500, lte: 504 }] },
      {
        field: 'created',
        values: [{ gte: '2026-11-01T10:00:00Z' }, { gte: '2026-11-01', lte: '2026-11-02' }],
      },
      { field: 'header', name: 'x-foo', values: ['a'], not: true },
      { field: 'json', pointer: '/A/b', values: [''] },
    ]);
  });

  it('prints a range whichever end is written first', () => {
    expect(printQuery([{ field: 'code', values: [{ lte: 504, gte: 500 }] }])).toBe('code:500-504');
  });

  it('reads an empty list as a query that everything matches', () => {
    expect(readQuery([])).toEqual([]);
  });

  it.each([
    [{}, '', /must be a list/],
    ['status:failed', '', /must be a list/],
    [null, '', /must be a list/],
    [[null], '/0', /must be an object/],
    [[[]], '/0', /must be an object/],
    [[{}], '/0/field', /must be a string/],
    [
      [text('a'), { field: 'statsu', values: ['x'] }],
      '/1/field',
      /unknown field "statsu"/,
      'status',
    ],
    [[{ field: '__proto__', values: ['x'] }], '/0/field', /unknown field/],
    [[{ field: 'status', value: ['failed'] }], '/0', /unknown member "value"/, 'values'],
    [[{ field: 'status', values: ['failed'], name: 'x' }], '/0', /unknown member "name"/],
    [[{ field: 'status' }], '/0/values', /must be a list/],
    [[{ field: 'status', values: 'failed' }], '/0/values', /must be a list/],
    [[{ field: 'status', values: [] }], '/0/values', /must not be empty/],
    [[{ field: 'status', values: ['failed', 'faild'] }], '/0/values/1', /unknown status/, 'failed'],
    [[{ field: 'status', values: [5] }], '/0/values/0', /must be a string/],
    [[{ field: 'status', values: ['failed'], not: 1 }], '/0/not', /must be a boolean/],
    [[{ field: 'code', values: [99] }], '/0/values/0', /must be a status code/],
    [[{ field: 'code', values: [404.5] }], '/0/values/0', /must be a status code/],
    [[{ field: 'code', values: [null] }], '/0/values/0', /must be a status code/],
    [[{ field: 'code', values: [{}] }], '/0/values/0', /must have one of/],
    [[{ field: 'code', values: [[404]] }], '/0/values/0', /must have one of/],
    [[{ field: 'code', values: [{ gt: 1, lt: 2 }] }], '/0/values/0', /must have one of/],
    [[{ field: 'code', values: [{ gte: '5xx' }] }], '/0/values/0', /must be a status code/],
    [[{ field: 'code', values: [{ gte: 504, lte: 500 }] }], '/0/values/0', /must be a range/],
    [[{ field: 'attempts', values: [-1] }], '/0/values/0', /must be a number/],
    [[{ field: 'attempts', values: [1e21] }], '/0/values/0', /must be a number/],
    [[{ field: 'took', values: [0.5] }], '/0/values/0', /whole milliseconds/],
    [[{ field: 'created', values: [1_700_000_000] }], '/0/values/0', /must be a time/],
    [[{ field: 'created', values: ['2h'] }], '/0/values/0', /must be a time/],
    [[{ field: 'since', values: ['1h', '2h'] }], '/0/values', /at most 1 items/],
    [[{ field: 'json', values: ['x'] }], '/0/pointer', /must be a string/],
    [[{ field: 'json', pointer: 'a', values: ['x'] }], '/0/pointer', /must begin with "\/"/],
    [[{ field: 'json', pointer: '/~', values: ['x'] }], '/0/pointer', /"~" must be "~0"/],
    [[{ field: 'json', pointer: '/a', values: [5] }], '/0/values/0', /must be a string/],
    [[{ field: 'header', name: '', values: ['x'] }], '/0/name', /the name of a header/],
    [[{ field: 'header', name: 'a b', values: ['x'] }], '/0/name', /the name of a header/],
    [[text('')], '/0/values/0', /must not be empty/],
    [[{ field: 'webhook', values: [''] }], '/0/values/0', /must not be empty/],
    [[text('a\u0000')], '/0/values/0', /no stored text/],
    [[text('\udc00')], '/0/values/0', /no stored text/],
    [[{ field: 'json', pointer: '/\ud800', values: ['x'] }], '/0/pointer', /no stored text/],
  ] as [unknown, string, RegExp, string?][])('refuses %j', (json, path, problem, nearest) => {
    const error = refused(json);
    expect(error.path).toBe(path);
    expect(error.problem).toMatch(problem);
    expect(error.nearest).toBe(nearest);
    expect(error.message).toMatch(path === '' ? /^the query: / : new RegExp(`^${path}: `));
  });

  it('is bounded in terms, values and characters', () => {
    const terms = Array.from({ length: MAX_QUERY_TERMS }, () => text('a'));
    expect(readQuery(terms)).toHaveLength(MAX_QUERY_TERMS);
    expect(refused([...terms, text('a')]).problem).toBe('must have at most 64 items');

    const values = Array.from({ length: MAX_TERM_VALUES }, () => 'a');
    expect(readQuery([text(...values)])).toHaveLength(1);
    expect(refused([text(...values, 'a')]).problem).toBe('must have at most 100 items');

    const longest = 'x'.repeat(MAX_QUERY_LENGTH);
    expect(readQuery([text(longest)])).toHaveLength(1);
    expect(refused([text(`${longest}x`)]).problem).toBe('must have at most 4096 characters');
    expect(refused([text(longest), text('a')])).toMatchObject({
      path: '',
      problem: 'as text it must have at most 4096 characters',
    });
  });
});
