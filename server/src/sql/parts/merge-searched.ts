/** What a search returns: what it found, and a last row that says what was read. */
interface Searched {
  readonly rows: number | null;
  readonly bytes: number | null;
}

type Key = string | number;

/**
 * Makes what a search returned lane by lane one answer: the first `limit` in the falling order of their
 * keys, and the sums of what was read.
 */
export function mergeSearched<Row extends Searched>(
  runs: readonly Row[][],
  limit: number,
  keysOf: (found: Extract<Row, { readonly rows: null }>) => readonly Key[],
): Row[] {
  const found: Extract<Row, { readonly rows: null }>[] = [];
  const read: Row[] = [];
  for (const row of runs.flat()) {
    if (row.rows === null) found.push(row as Extract<Row, { readonly rows: null }>);
    else read.push(row);
  }
  const [first] = read;
  if (first === undefined) return [];
  const sum = (column: 'rows' | 'bytes') => read.reduce((all, row) => all + (row[column] ?? 0), 0);
  const ordered = found
    .map((row) => ({ row, keys: keysOf(row) }))
    .sort((one, other) => falling(one.keys, other.keys))
    .slice(0, limit)
    .map(({ row }) => row as Row);
  return [...ordered, { ...first, rows: sum('rows'), bytes: sum('bytes') }];
}

function falling(one: readonly Key[], other: readonly Key[]): number {
  for (const [index, key] of one.entries()) {
    const against = other[index] as Key;
    if (key !== against) return key < against ? 1 : -1;
  }
  return 0;
}
