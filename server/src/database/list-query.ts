import type { Parameter } from './parameters.ts';
import { type Parameters, type Query, query } from './query.ts';

/** One filter of a list. Its condition names its parameter as the table of filters does. */
export interface Filter<Value> {
  readonly condition: string;
  readonly parameter: Parameter<Value>;
}

/** The filters of a table, as callers set them; undefined means not set. */
export type FiltersOf<Table> = {
  readonly [Key in keyof Table]?:
    | (Table[Key] extends Filter<infer Value> ? Value : never)
    | undefined;
};

/** A row for each filter that callers can set. */
export type FilterTable<Filters> = {
  readonly [Key in keyof Filters]-?: Filter<NonNullable<Filters[Key]>>;
};

interface Declaration<Params extends { readonly filters: object }, Row> {
  readonly name: string;
  /** What every statement of the list takes. */
  readonly parameters: Parameters<Params>;
  readonly filters: FilterTable<Params['filters']>;
  /**
   * `conditions` continues a where clause: it is empty, or " and ..." for each filter that is set.
   */
  readonly text: (parts: { readonly conditions: string; readonly descending: boolean }) => string;
  /** As of a statement (`query`), if the list goes through all lanes. */
  readonly laneByLane?: (
    runs: readonly Row[][],
    params: Params,
    parts: { readonly descending: boolean },
  ) => Row[];
}

/** The statements of a list: one for each direction and combination of filters. */
export interface ListQuery<Params extends { readonly filters: object }, Row> {
  /** The statement for the filters that are set; undefined means not set. */
  readonly statement: (descending: boolean, filters: Params['filters']) => Query<Params, Row>;
  /** For tests, both directions of: no filter, each filter alone, and all together. */
  readonly samples: () => {
    readonly descending: boolean;
    readonly query: Query<Params, Row>;
  }[];
}

/**
 * Declares a list. A plan that PostgreSQL makes once cannot drop a condition, so each combination
 * of filters is its own statement, composed at first use and kept. n filters make at most 2 x 2^n
 * statements, because only keys of the table count.
 *
 * @throws Error for a filter with the name of a parameter.
 */
export function listQuery<Params extends { readonly filters: object }, Row>({
  name,
  parameters,
  filters: table,
  text,
  laneByLane,
}: Declaration<Params, Row>): ListQuery<Params, Row> {
  type Key = keyof Params['filters'] & string;
  type Filters = Readonly<Record<Key, unknown>>;
  const keys = Object.keys(table) as Key[];
  const taken = keys.find((key) => key in parameters);
  if (taken !== undefined) throw new Error(`${name}: $${taken} is a parameter and a filter`);
  const statements = new Map<string, Query<Params, Row>>();

  function compose(id: string, descending: boolean, set: readonly Key[]): Query<Params, Row> {
    const chosen: Record<string, Parameters<Params>[string]> = { ...parameters };
    let conditions = '';
    for (const key of set) {
      const { condition, parameter } = table[key] as Filter<unknown>;
      conditions += `\n  and ${condition}`;
      chosen[key] = {
        type: parameter.type,
        value: ({ filters }) => parameter.value((filters as Filters)[key]),
      };
    }
    return query<Params, Row>(id, chosen, text({ conditions, descending }), {
      ...(laneByLane !== undefined && {
        laneByLane: (runs, params) => laneByLane(runs, params, { descending }),
      }),
    });
  }

  function statement(descending: boolean, isSet: (key: Key) => boolean): Query<Params, Row> {
    // A number, because PostgreSQL keeps only 63 bytes of a name, and filters may become many.
    let combination = 0;
    for (const [index, key] of keys.entries()) if (isSet(key)) combination += 2 ** index;
    const direction = descending ? 'newest-first' : 'oldest-first';
    const id = `${name}-${direction}${combination === 0 ? '' : `-filtered-${combination}`}`;
    let found = statements.get(id);
    if (found === undefined) {
      found = compose(id, descending, keys.filter(isSet));
      statements.set(id, found);
    }
    return found;
  }

  return {
    statement: (descending, filters) =>
      statement(descending, (key) => (filters as Filters)[key] !== undefined),
    samples: () =>
      [[], ...keys.map((key) => [key]), ...(keys.length > 1 ? [keys] : [])].flatMap((set) =>
        [true, false].map((descending) => ({
          descending,
          query: statement(descending, (key) => set.includes(key)),
        })),
      ),
  };
}
