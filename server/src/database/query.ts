/** One statement of `server/src/sql/`: its name, its text, and how its parameters become values. */
export interface Query<Params, Row> {
  /** The file's name, which is also the name under which PostgreSQL keeps the plan. */
  readonly name: string;
  readonly text: string;
  readonly values: (params: Params) => unknown[];
  /** Carries the type of a row; never set. */
  readonly row?: Row;
}

/** Gives a statement its row type, which the parameters alone cannot tell. */
export function query<Params, Row>(
  name: string,
  text: string,
  values: (params: Params) => unknown[],
): Query<Params, Row> {
  return { name, text, values };
}
