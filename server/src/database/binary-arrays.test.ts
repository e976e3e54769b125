import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idFromUuid, uuidFromId } from '../model/ids.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import {
  boolArray,
  bytesArray,
  idArray,
  int2Array,
  int4Array,
  int8Array,
  textArray,
  timeArray,
} from './binary-arrays.ts';

let test: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  test = await createTestDatabase();
  client = new pg.Client({ connectionString: test.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await test.drop();
});

/** The elements as PostgreSQL reads them, formatted by PostgreSQL, without the driver's parsers. */
async function elements(type: string, parameter: Buffer): Promise<(string | null)[]> {
  const spelt = type === 'timestamptz' ? `(extract(epoch from e) * 1000000)::bigint` : 'e';
  const { rows } = await client.query<{ e: string | null }>(
    `select (${spelt})::text as e from unnest($1::${type}[]) with ordinality as u (e, n) order by n`,
    [parameter],
  );
  return rows.map(({ e }) => e);
}

const list = <T>(element: fc.Arbitrary<T>) =>
  fc.array(fc.option(element, { nil: null, freq: 5 }), { maxLength: 20 });
const spell = (values: readonly (unknown | null)[]) =>
  values.map((value) => (value === null ? null : String(value)));
const id = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) =>
  idFromUuid(
    value
      .toString(16)
      .padStart(32, '0')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  ),
);
/** Any text, well-formed or not, but without U+0000. */
const text = fc
  .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string())
  .map((value) => value.replaceAll('\u0000', ''));

const RUNS = { numRuns: 60 };

describe('arrays that PostgreSQL returns unchanged', () => {
  it('smallint', () =>
    fc.assert(
      fc.asyncProperty(list(fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })), async (values) => {
        expect(await elements('smallint', int2Array(values))).toEqual(spell(values));
      }),
      RUNS,
    ));

  it('integer', () =>
    fc.assert(
      fc.asyncProperty(list(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), async (values) => {
        expect(await elements('integer', int4Array(values))).toEqual(spell(values));
      }),
      RUNS,
    ));

  it('bigint, of safe integers', () =>
    fc.assert(
      fc.asyncProperty(list(fc.maxSafeInteger()), async (values) => {
        expect(await elements('bigint', int8Array(values))).toEqual(spell(values));
      }),
      RUNS,
    ));

  it('boolean', () =>
    fc.assert(
      fc.asyncProperty(list(fc.boolean()), async (values) => {
        expect(await elements('boolean', boolArray(values))).toEqual(spell(values));
      }),
      RUNS,
    ));

  it('uuid, of ids', () =>
    fc.assert(
      fc.asyncProperty(list(id), async (values) => {
        expect(await elements('uuid', idArray(values))).toEqual(
          values.map((value) => (value === null ? null : uuidFromId(value))),
        );
      }),
      RUNS,
    ));

  it('timestamptz, to the millisecond', () =>
    fc.assert(
      fc.asyncProperty(
        list(fc.date({ min: new Date(0), max: new Date('2500-01-01'), noInvalidDate: true })),
        async (dates) => {
          const values = dates.map((date) => date?.getTime() ?? null);
          expect(await elements('timestamptz', timeArray(values))).toEqual(
            values.map((value) => (value === null ? null : String(value * 1_000))),
          );
        },
      ),
      RUNS,
    ));

  it('text, of any well-formed unicode', () =>
    fc.assert(
      fc.asyncProperty(list(text), async (values) => {
        expect(await elements('text', textArray(values))).toEqual(values);
      }),
      RUNS,
    ));

  it('bytea', () =>
    fc.assert(
      fc.asyncProperty(list(fc.uint8Array({ maxLength: 50 })), async (values) => {
        expect(await elements('bytea', bytesArray(values))).toEqual(
          values.map((value) => value && `\\x${Buffer.from(value).toString('hex')}`),
        );
      }),
      RUNS,
    ));
});

describe('single cases', () => {
  it.each([
    ['smallint', int2Array([])],
    ['integer', int4Array([])],
    ['bigint', int8Array([])],
    ['boolean', boolArray([])],
    ['uuid', idArray([])],
    ['timestamptz', timeArray([])],
    ['text', textArray([])],
    ['bytea', bytesArray([])],
  ])('an empty %s[] is empty', async (type, parameter) => {
    const { rows } = await client.query(`select $1::${type}[] = '{}' as empty`, [parameter]);
    expect(rows).toEqual([{ empty: true }]);
  });

  it('keeps elements that quoting would change', async () => {
    const values = ['', ' ', 'NULL', 'null', '{}', '"', '\\', ',', "'", 'a\nb', '🦊', '\u{10ffff}'];
    expect(await elements('text', textArray(values))).toEqual(values);
  });

  it('replaces half of a surrogate pair and keeps its neighbours', async () => {
    expect(await elements('text', textArray(['a\ud800', 'b', '\udfffc']))).toEqual([
      'a\ufffd',
      'b',
      '\ufffdc',
    ]);
  });

  it('rejects U+0000, which PostgreSQL cannot store', async () => {
    await expect(elements('text', textArray(['a\u0000b']))).rejects.toThrow(/0x00/);
  });

  it('sends a long list and a long text', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `number ${index}`);
    expect(await elements('text', textArray(many))).toEqual(many);
    const long = 'é'.repeat(2 * 1024 * 1024);
    expect(await elements('text', textArray([long, 'end']))).toEqual([long, 'end']);
  });

  it.each([
    ['smallint', () => int2Array([2 ** 15])],
    ['integer', () => int4Array([2 ** 31])],
    ['integer', () => int4Array([-(2 ** 31) - 1])],
  ])('throws instead of sending a wrong %s', (_type, make) => {
    expect(make).toThrow(RangeError);
  });
});
