import { describe, expect, it } from 'vitest';
import { queryString } from './query.ts';

const decoded = (query: object) => decodeURIComponent(queryString(query));

describe('queryString', () => {
  it('writes the names of filters and pages with brackets', () => {
    const query = {
      filterFromTs: '2024-01-01T00:00:00Z',
      filterToTs: new Date('2024-01-02T00:00:00.5Z'),
      filterStatus: 'circuit broken',
      filterNameContains: 'a&b=c',
      pageSize: 100,
      pageAfter: 'x+y/z==',
      pageBefore: 'p',
      sort: '-latest_completed_at',
    };
    expect([...new URLSearchParams(queryString(query))]).toEqual([
      ['filter[from_ts]', '2024-01-01T00:00:00Z'],
      ['filter[to_ts]', '2024-01-02T00:00:00.500Z'],
      ['filter[status]', 'circuit broken'],
      ['filter[name_contains]', 'a&b=c'],
      ['page[size]', '100'],
      ['page[after]', 'x+y/z=='],
      ['page[before]', 'p'],
      ['sort', '-latest_completed_at'],
    ]);
  });

  it('writes every other name unchanged', () => {
    expect(decoded({ clone_webhook_id: '1', 'page[size]': 5, filters: 'x', pageX_Y: 1 })).toBe(
      '?clone_webhook_id=1&page[size]=5&filters=x&page[x__y]=1',
    );
    expect(decoded({ someName: false, filter_x: 0 })).toBe('?someName=false&filter_x=0');
  });

  it('omits absent values, and the question mark without values', () => {
    expect(queryString({ a: undefined, b: null, c: '' })).toBe('?c=');
    expect(queryString({ a: undefined })).toBe('');
    expect(queryString()).toBe('');
  });

  it('refuses an invalid time instead of omitting the filter', () => {
    expect(() => queryString({ filterFromTs: new Date('x') })).toThrow(RangeError);
  });
});
