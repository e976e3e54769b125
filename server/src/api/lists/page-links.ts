import type { FastifyRequest } from 'fastify';

/**
 * A host and an optional port, without characters that could end the URL or break out of a header.
 */
const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/;

/** `links` of a paged answer. */
export interface PageLinks {
  readonly next?: string;
  readonly prev?: string;
}

/**
 * Absolute URLs of the next and the previous page: `publicUrl` or the host of the request, then its
 * path, filters, sort and size, and the cursor. `X-Forwarded-*` is believed only from
 * HOOKTRAIL_TRUSTED_PROXIES, since anyone can send it. Brackets are percent-encoded, which every
 * client understands.
 */
export function pageLinks(
  publicUrl: string | undefined,
  request: Pick<FastifyRequest, 'protocol' | 'host' | 'url' | 'query'>,
  parameters: readonly string[],
  cursors: { readonly after?: string; readonly before?: string },
): PageLinks {
  const host = HOST.test(request.host) ? request.host : 'localhost';
  const protocol = request.protocol === 'https' ? 'https' : 'http';
  const base = publicUrl ?? `${protocol}://${host}`;
  const path = request.url.split('?', 1)[0];
  const given = request.query as Readonly<Record<string, unknown>>;
  const link = (name: string, cursor: string): string => {
    const query = new URLSearchParams();
    for (const parameter of parameters) {
      if (parameter === 'page[after]' || parameter === 'page[before]') continue;
      if (given[parameter] !== undefined) query.set(parameter, String(given[parameter]));
    }
    query.set(name, cursor);
    return `${base}${path}?${query}`;
  };
  return {
    ...(cursors.after !== undefined && { next: link('page[after]', cursors.after) }),
    ...(cursors.before !== undefined && { prev: link('page[before]', cursors.before) }),
  };
}
