import { parseQuery, type Query } from '@hooktrail/sdk/query';

/** The terms of a query; undefined when the text is not one. */
export function parseOrNothing(text: string): Query | undefined {
  try {
    return parseQuery(text);
  } catch {
    return undefined;
  }
}
