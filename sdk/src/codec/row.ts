/** A JSON object. */
export type Row = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object: no list, no `null`. */
export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
