import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_CLASSES, REASONS, STATES, STATUSES, TRIGGERS } from './closed-lists.ts';
import { completeQuery } from './complete-query.ts';
import { QUERY_FIELDS } from './fields.ts';
import { isTooLong } from './is-too-long.ts';
import { parseQuery } from './parse-query.ts';
import { printQuery } from './print-query.ts';
import type { Query } from './query.ts';
import { QuerySyntaxError } from './query-syntax-error.ts';
import { readQuery } from './read-query.ts';
import { resolveQuery } from './resolve-query.ts';

/** Characters that mean something to the language, and some that do not. */
const character = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...'-,:"\\/~ *.<>=\n\t\u00a0\u0085abxu05é😀') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
);
const storable = fc
  .string({ unit: character, maxLength: 12 })
  .filter((text) => !text.includes('\0'));
const filled = storable.filter((text) => text !== '');

const list = <Value>(value: fc.Arbitrary<Value>, maxLength = 4) =>
  fc.array(value, { minLength: 1, maxLength });

const compared = <Value>(value: fc.Arbitrary<Value>, sort: (one: Value, two: Value) => number) =>
  fc.oneof(
    fc.record({ gt: value }),
    fc.record({ gte: value }),
    fc.record({ lt: value }),
    fc.record({ lte: value }),
    fc.tuple(value, value).map((ends) => {
      const [gte, lte] = ends.sort(sort);
      return { gte, lte };
    }),
  );
const numbers = (max: number, min = 0) => {
  const value = fc.integer({ min, max });
  return [value, compared(value, (one, two) => one - two)] as const;
};

const instant = fc
  .tuple(fc.integer({ min: 0, max: 253_402_300_799_999 }), fc.constantFrom(10, 16, 19, 23))
  .map(([ms, length]) => {
    const text = new Date(ms).toISOString().slice(0, length);
    return length === 10 ? text : `${text}Z`;
  });
const relative = fc
  .tuple(fc.integer({ min: 0, max: 999_999 }), fc.constantFrom(...'smhdw'))
  .map(([count, unit]) => `${count}${unit}`);
const times = fc.oneof(
  instant,
  // By the beginning of its text, a day is before its minutes.
  compared(instant, (one, two) => (one < two ? -1 : 1)),
  fc.oneof(fc.record({ gt: relative }), fc.record({ lte: relative })),
);

const ulids = fc
  .string({
    unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
    minLength: 25,
    maxLength: 25,
  })
  .map((id) => `0${id}`);

const values = {
  webhook: list(filled),
  status: list(fc.constantFrom(...Object.keys(STATUSES))),
  code: list(fc.oneof(...numbers(999, 100), fc.constantFrom('1xx', '4xx', '9xx'))),
  type: list(filled.filter((text) => text.split('*').length < 5)),
  created: list(times),
  completed: list(times),
  since: list(fc.oneof(relative, instant), 1),
  until: list(fc.oneof(relative, instant), 1),
  attempts: list(fc.oneof(...numbers(999_999_999))),
  took: list(
    fc.oneof(
      ...numbers(2 ** 31 - 1),
      fc.integer({ min: 0, max: 30_000 }).map((seconds) => seconds * 1_000),
    ),
  ),
  error: list(fc.constantFrom(...Object.keys(ERROR_CLASSES))),
  reason: list(fc.constantFrom(...Object.keys(REASONS))),
  trigger: list(fc.constantFrom(...Object.keys(TRIGGERS))),
  invocation: list(ulids),
  job: list(ulids),
  origin: list(filled),
  state: list(fc.constantFrom(...Object.keys(STATES))),
  text: list(filled),
};

const pointer = storable.map((text) => `/${text.replaceAll('~', '~0')}`);
const headerName = fc.string({
  unit: fc.constantFrom(..."!#$%&'*+-.^_`|~abcxyz019"),
  minLength: 1,
  maxLength: 8,
});

const term = fc
  .tuple(
    fc.oneof(
      ...Object.entries(values).map(([field, some]) =>
        fc.record({ field: fc.constant(field), values: some as fc.Arbitrary<unknown[]> }),
      ),
      fc.record({ field: fc.constant('json'), pointer, values: list(storable) }),
      fc.record({ field: fc.constant('header'), name: headerName, values: list(storable) }),
    ),
    fc.boolean(),
  )
  .map(([fields, not]) => (not ? { ...fields, not: true as const } : fields));

const queries = fc
  .array(term, { maxLength: 6 })
  .map((terms) => terms as unknown as Query)
  .filter((query) => !isTooLong(query));

/** Pieces of real queries beside arbitrary text: most of it is almost right. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...QUERY_FIELDS.flatMap(({ examples }) => examples),
        ...QUERY_FIELDS.map(({ name }) => `${name}:`),
      ),
      fc.string({ unit: character, maxLength: 8 }),
      fc.constantFrom(' ', ',', '-', ':', '"', '\\', '>', '..', '1', 'x'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** Undefined for a text that is refused; anything else that is thrown is a defect. */
function parsed(text: string): Query | undefined {
  try {
    return parseQuery(text);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    const { position } = error;
    expect(position?.start).toBeGreaterThanOrEqual(0);
    expect(position?.end).toBeLessThanOrEqual(text.length);
    expect(position?.start).toBeLessThanOrEqual(position?.end ?? -1);
    return undefined;
  }
}

describe('a query', { timeout: 60_000 }, () => {
  it('is the same after printing and parsing', () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(parseQuery(printQuery(query))).toEqual(query);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same after JSON and reading', () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(readQuery(JSON.parse(JSON.stringify(query)))).toEqual(query);
      }),
      { numRuns: 1_000 },
    );
  });

  it('can be printed and read again with its times resolved', () => {
    fc.assert(
      fc.property(queries, fc.integer({ min: 0, max: 4e12 }), (query, nowMs) => {
        const resolved = resolveQuery(query, nowMs);
        expect(parseQuery(printQuery(resolved))).toEqual(resolved);
        expect(resolveQuery(resolved, nowMs + 1)).toEqual(resolved);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has a canonical text, which parses to the same', () => {
    let accepted = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const query = parsed(text);
        if (!query) return;
        accepted++;
        const canonical = printQuery(query);
        expect(parseQuery(canonical)).toEqual(query);
        expect(printQuery(parseQuery(canonical))).toBe(canonical);
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it('of any text, also with half of a pair, is read or refused', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
          maxLength: 200,
        }),
        (text) => void parsed(text),
      ),
      { numRuns: 2_000 },
    );
  });

  it('of any JSON is read or refused', () => {
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.array(
        fc.record(
          {
            field: fc.constantFrom(...QUERY_FIELDS.map(({ field }) => field), 'x', '__proto__'),
            values: fc.oneof(
              fc.jsonValue({ maxDepth: 2 }),
              fc.array(fc.jsonValue({ maxDepth: 2 })),
            ),
            pointer: fc.jsonValue({ maxDepth: 2 }),
            name: fc.jsonValue({ maxDepth: 2 }),
            not: fc.jsonValue({ maxDepth: 2 }),
          },
          { requiredKeys: ['field'] },
        ),
      ),
    );
    fc.assert(
      fc.property(anything, (json) => {
        try {
          const query = readQuery(json);
          expect(parseQuery(printQuery(query))).toEqual(query);
        } catch (error) {
          if (!(error instanceof QuerySyntaxError)) throw error;
          expect(error.path).toBeDefined();
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('can be completed at any place of any text', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (text, place) => {
        const cursor = place % (text.length + 1);
        const { start, end, options } = completeQuery(text, cursor);
        expect(start).toBeLessThanOrEqual(cursor);
        expect(end).toBeGreaterThanOrEqual(cursor);
        expect(end).toBeLessThanOrEqual(text.length);
        for (const option of options) expect(option.meaning).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });
});
