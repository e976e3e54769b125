import { printQuery, readQuery } from '@hooktrail/sdk/query';

/** The text of a query in its JSON form; undefined for one that this version cannot read. */
export function queryText(query: readonly unknown[]): string | undefined {
  try {
    return printQuery(readQuery(query));
  } catch {
    return undefined;
  }
}
