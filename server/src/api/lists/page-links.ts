import type { FastifyRequest } from 'fastify';
import { baseUrl } from './base-url.ts';

/** `links` of a paged answer. */
export interface PageLinks {
  readonly next?: string;
  readonly prev?: string;
}

/** Makes the URL of another page of the list: that of the request, with this place in it. */
export type PageUrl = (place: Readonly<Record<string, string>>) => string;

/** All ways to say which page is meant; one URL has one of them. */
const PLACES = new Set(['page[after]', 'page[before]', 'page', 'per_page']);

/**
 * Absolute URLs: the base, then the path of the request, its filters, sort and size, and the place.
 * Brackets are percent-encoded, which every client understands.
 */
export function pageUrls(
  publicUrl: string | undefined,
  request: Pick<FastifyRequest, 'protocol' | 'host' | 'url' | 'query'>,
  parameters: readonly string[],
): PageUrl {
  const base = baseUrl(publicUrl, request);
  const path = request.url.split('?', 1)[0];
  const given = request.query as Readonly<Record<string, unknown>>;
  return (place) => {
    const query = new URLSearchParams();
    for (const parameter of parameters) {
      if (PLACES.has(parameter) || (parameter === 'page[size]' && 'per_page' in place)) continue;
      if (given[parameter] !== undefined) query.set(parameter, String(given[parameter]));
    }
    for (const [name, value] of Object.entries(place)) query.set(name, value);
    return `${base}${path}?${query}`;
  };
}

/** The URLs of the next and the previous page. */
export function pageLinks(
  url: PageUrl,
  cursors: { readonly after?: string; readonly before?: string },
): PageLinks {
  return {
    ...(cursors.after !== undefined && { next: url({ 'page[after]': cursors.after }) }),
    ...(cursors.before !== undefined && { prev: url({ 'page[before]': cursors.before }) }),
  };
}
