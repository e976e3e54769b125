/**
 * The beginning of a statement that writes one row: it names each column once, and its parameter.
 */
export function insertInto(table: string, columns: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(columns);
  return `insert into ${table} (${names.join(', ')})
values (${names.map((name) => `$${name}`).join(', ')})`;
}
