import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Page, PageRequest } from '../../trail/page.ts';
import { validationError } from '../errors/validation-error.ts';
import { MAX_PAGE_SIZE, type Meta } from '../schema/page-schema.ts';
import type { Services } from '../services/services.ts';
import { type CursorScope, readCursor, writeCursor } from './cursor.ts';
import { type PageLinks, type PageUrl, pageLinks, pageUrls } from './page-links.ts';

interface PageQuery {
  readonly 'page[size]'?: number;
  readonly 'page[after]'?: string;
  readonly 'page[before]'?: string;
}

/** Parses the page parameters of one list, and builds `meta` and `links` of its answers. */
export interface Paging {
  /** @throws ApiError when the parameters conflict, or a cursor belongs to another list. */
  request(query: PageQuery): PageRequest;
  /** Makes URLs of other pages of the list. */
  urls(request: FastifyRequest): PageUrl;
  /** Sets the `Link` headers as well. */
  answer(
    page: Page<unknown>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): { meta: Static<typeof Meta>; links: PageLinks };
}

/** Makes the paging of one list. Links repeat the query parameters named by `parameters`. */
export function paging(
  { cursorKey: key, publicUrl }: Pick<Services, 'cursorKey' | 'publicUrl'>,
  scope: CursorScope,
  parameters: readonly string[],
): Paging {
  return {
    request(query) {
      const {
        'page[size]': size = MAX_PAGE_SIZE,
        'page[after]': after,
        'page[before]': before,
      } = query;
      if (after !== undefined && before !== undefined) {
        throw validationError('InvalidParameter', [
          {
            field: 'page[before]',
            code: 'conflict',
            message: 'page[before] cannot be combined with page[after]',
          },
        ]);
      }
      return {
        size,
        ...(after !== undefined && { after: readCursor(key, scope, 'page[after]', after) }),
        ...(before !== undefined && { before: readCursor(key, scope, 'page[before]', before) }),
      };
    },

    urls: (request) => pageUrls(publicUrl, request, parameters),

    answer(page, request, reply) {
      const after = page.after && writeCursor(key, scope, page.after);
      const before = page.before && writeCursor(key, scope, page.before);
      const links = pageLinks(this.urls(request), {
        ...(after !== undefined && { after }),
        ...(before !== undefined && { before }),
      });
      const headers = Object.entries(links).map(([rel, url]) => `<${url}>; rel="${rel}"`);
      if (headers.length > 0) reply.header('link', headers);
      return {
        meta: {
          has_more: after !== undefined,
          ...(after !== undefined && { after_cursor: after }),
          ...(before !== undefined && { before_cursor: before }),
        },
        links,
      };
    },
  };
}
