import type { APIPromise } from './api-promise.ts';
import type { Items, Page } from './page.ts';

/**
 * The result of a list: await it for its first page, or iterate over it for the items of all
 * pages. Both use the same first request, which is already in flight.
 */
export interface PagePromise<T> extends APIPromise<Page<T>>, Items<T> {}
