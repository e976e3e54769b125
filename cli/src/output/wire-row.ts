/** A row as the API has it: names in snake case, times as text. */
export type WireRow = Readonly<Record<string, unknown>>;

/** Fields whose keys are those of users, or of the query language: they are never renamed. */
const DATA = new Set([
  'byStatus',
  'changes',
  'customHeaders',
  'data',
  'detail',
  'query',
  'skippedByReason',
]);

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/**
 * Turns a model of the SDK back into what the API sent, so that scripts read the same names from the
 * command as from `curl`. The SDK drops `null`; it stays dropped.
 */
export function wireRow(model: object): WireRow {
  return Object.fromEntries(
    Object.entries(model).map(([name, value]) => [
      snake(name),
      DATA.has(name) ? value : wireValue(value),
    ]),
  );
}

function wireValue(value: unknown): unknown {
  if (value instanceof Date) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(wireValue);
  return isPlain(value) ? wireRow(value) : value;
}

const snake = (name: string): string => name.replaceAll(/\B[A-Z]/g, '_$&').toLowerCase();
