import { snake } from './snake.ts';

/**
 * A query string with its `?`, or nothing. `filterFromTs` is written `filter[from_ts]` and
 * `pageSize` is `page[size]`; any other name is written as it is.
 */
export const queryString = (query: object = {}): string => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    const name = /^(filter|page)[A-Z]/.test(key) ? `${snake(key).replace('_', '[')}]` : key;
    if (value != null) search.set(name, value.toISOString?.() ?? value);
  }
  return search.size ? `?${search}` : '';
};
