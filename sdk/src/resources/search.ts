import { time } from '../codec/time.ts';
import { list } from '../internal/list.ts';
import type { Send } from '../internal/send.ts';
import { toRow } from '../internal/to-row.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { SearchResult } from '../models/search-result.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { Query } from '../query/query.ts';
import type { APIPromise } from '../results/api-promise.ts';
import type { Items, Page } from '../results/page.ts';
import type { PageQuery } from '../results/page-query.ts';
import { searchResult } from '../shapes/search-result.ts';

/** The page of a search. */
export interface SearchQuery extends Omit<PageQuery, 'sort' | 'pageBefore'> {}

/** A page of results. */
export interface SearchPage extends Page<SearchResult> {
  /** All results of this span are on this page. */
  readonly covered: { readonly from: Date; readonly to: Date };
  /** The events and attempts that were looked through, and the length of their texts. */
  readonly read: { readonly rows: number; readonly bytes: number };
  /** Blocks of rows whose filters were asked, those that were read, and those without a result. */
  readonly filters: { readonly blocks: number; readonly read: number; readonly empty: number };
  /** The next page, or `null` after the last. */
  next(): Promise<SearchPage | null>;
  /** Always `null`: a search goes back in time only. */
  prev(): Promise<SearchPage | null>;
}

/** The first page, or the results of all pages. */
export interface SearchPagePromise extends APIPromise<SearchPage>, Items<SearchResult> {}

/**
 * Searches words and phrases in events, in request headers and in answers, newest first; and events
 * by the values of the account's keys. A page may be short, or empty, although more
 * follow: iterate, or ask `hasNext()`.
 *
 * @param query - The text of a query with a word, a phrase or the value of a key, or its JSON form.
 * @param page - Size and cursor.
 * @param options - Apply to each page.
 */
export type Search = (
  query: string | Query,
  page?: SearchQuery,
  options?: CallOptions,
) => SearchPagePromise;

function factsOf(body: unknown): Pick<SearchPage, 'covered' | 'read' | 'filters'> {
  const meta = toRow(toRow(body, 'the body')['meta'], '"meta"');
  const { from, to } = toRow(meta['covered'], '"covered"');
  return {
    covered: { from: time.decode(from), to: time.decode(to) },
    read: toRow(meta['read'], '"read"') as unknown as SearchPage['read'],
    filters: toRow(meta['filters'], '"filters"') as unknown as SearchPage['filters'],
  };
}

/** Creates the search. */
export const search =
  (send: Send): Search =>
  (query, page, options) => {
    const parameters = typeof query === 'string' ? { q: query } : { query: JSON.stringify(query) };
    // Each page says what it has read, beside its results.
    const sendPages: Send = (request, read, pageOptions) =>
      send(
        request,
        (body) => Object.assign(read(body) as object, factsOf(body)) as ReturnType<typeof read>,
        pageOptions,
      );
    const source = { path: v1Path('search'), name: 'results', kind: searchResult };
    return list(sendPages, { ...source, parameters }, page, options) as SearchPagePromise;
  };
