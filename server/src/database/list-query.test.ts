import { describe, expect, it } from 'vitest';
import { listQuery } from './list-query.ts';
import { integer, smallint, text } from './parameters.ts';

interface Params {
  readonly lane: number;
  readonly filters: { readonly status?: string | undefined; readonly code?: number | undefined };
}

const list = () =>
  listQuery<Params, never>({
    name: 'read-things',
    parameters: { lane: smallint((p) => p.lane) },
    filters: {
      status: { condition: 'status = $status', parameter: text((status) => status) },
      code: { condition: 'code = $code', parameter: integer((code) => code) },
    },
    text: ({ conditions, descending }) =>
      `select from thing where lane = $lane${conditions} order by id ${descending ? 'desc' : 'asc'}`,
  });

describe('listQuery', () => {
  it.each([
    [{}, '', [7]],
    [{ status: 'failed', code: undefined }, '\n  and status = $2::text', [7, 'failed']],
    [{ code: 500 }, '\n  and code = $2::integer', [7, 500]],
    [
      { code: 500, status: 'failed' },
      '\n  and status = $2::text\n  and code = $3::integer',
      [7, 'failed', 500],
    ],
  ])('composes the statement for %j', (filters, conditions, values) => {
    const newestFirst = list().statement(true, filters);
    expect(newestFirst.text).toBe(
      `select from thing where lane = $1::smallint${conditions} order by id desc`,
    );
    expect(newestFirst.values({ lane: 7, filters })).toEqual(values);
    expect(list().statement(false, filters).text).toMatch(/ asc$/);
  });

  it('sends a filter as a value, whatever it contains', () => {
    const filters = { status: "'; drop table thing; -- $lane" };
    const { text: sent, values } = list().statement(true, filters);
    expect(sent).not.toContain('drop');
    expect(values({ lane: 7, filters })).toEqual([7, filters.status]);
  });

  it('composes each combination once, under a name of its own', () => {
    const things = list();
    const names = [true, false].flatMap((descending) =>
      [{}, { status: 'a' }, { code: 1 }, { status: 'a', code: 1 }].map((filters) => {
        const statement = things.statement(descending, filters);
        expect(things.statement(descending, { ...filters })).toBe(statement);
        return statement.name;
      }),
    );
    expect(new Set(names).size).toBe(8);
    expect(names[0]).toBe('read-things-newest-first');
  });

  it('refuses a filter with the name of a parameter', () => {
    const twice = { name: 'x', parameters: { code: integer(() => 1) }, text: () => '' };
    const code = { condition: 'code = $code', parameter: integer((value: number) => value) };
    expect(() =>
      listQuery<{ filters: { code?: number } }, never>({ ...twice, filters: { code } }),
    ).toThrow('$code');
  });

  it('samples both directions of no filter, each filter, and all of them', () => {
    const things = list();
    const sets = [{}, { status: 'a' }, { code: 1 }, { status: 'a', code: 1 }];
    expect(things.samples().map(({ query }) => query)).toEqual(
      sets.flatMap((set) => [things.statement(true, set), things.statement(false, set)]),
    );
  });
});
