import { snake } from '../codec/snake.ts';

/** `filterFromTs` is `filter[from_ts]`, `pageSize` is `page[size]`; other names are unchanged. */
const parameterName = (name: string): string => {
  const [, group, rest] = /^(filter|page)([A-Z].*)$/.exec(name) ?? [];
  return group && rest ? `${group}[${snake(rest)}]` : name;
};

// Not `instanceof Date`: a `Date` may come from another realm, such as a test runner's.
const parameterValue = (value: unknown): string =>
  (value as Partial<Date>).toISOString?.() ?? String(value);

/** A query string with its `?`; empty without parameters. `undefined` and `null` are omitted. */
export const queryString = (query: object = {}): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value != null) search.set(parameterName(name), parameterValue(value));
  }
  return search.size > 0 ? `?${search}` : '';
};
