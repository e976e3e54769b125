import { Type } from 'typebox';
import { CLOSED } from './closed.ts';
import { Time } from './time.ts';

/** The default page size, and the maximum (spec/contract.md, "List invocations"). */
export const MAX_PAGE_SIZE = 100;

/** The query parameters of every paged list. */
export const pageParameters = {
  'page[size]': Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_PAGE_SIZE,
      description: `The maximum number of rows on a page; default ${MAX_PAGE_SIZE}.`,
    }),
  ),
  'page[after]': Type.Optional(
    Type.String({ maxLength: 2048, description: 'A cursor: returns the page after it.' }),
  ),
  'page[before]': Type.Optional(
    Type.String({
      maxLength: 2048,
      description:
        'A cursor: returns the page before it, in the same order. Cannot be combined with page[after].',
    }),
  ),
};

/** Offset paging, of lists that older clients walk by page number. */
export const offsetParameters = {
  page: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000_000,
      description:
        'The number of a page. Rows that are added or removed meanwhile shift it; cursors do not.',
    }),
  ),
  per_page: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_PAGE_SIZE,
      description: `The number of rows on a page by number; default ${MAX_PAGE_SIZE}.`,
    }),
  ),
};

/** `meta` of a paged answer. */
export const Meta = Type.Object(
  {
    has_more: Type.Boolean({ description: 'Whether rows follow this page.' }),
    after_cursor: Type.Optional(Type.String({ description: 'Absent on the last page.' })),
    before_cursor: Type.Optional(Type.String({ description: 'Absent on the first page.' })),
  },
  CLOSED,
);

/** `meta` of a list whose pages may end before they are full. */
export const BoundedMeta = Type.Object(
  {
    ...Meta.properties,
    covered: Type.Optional({
      ...Time,
      description:
        'Present on a page that ended before it was full: rows up to this time have been looked at. Go on with `after_cursor` while `has_more` is true.',
    }),
  },
  CLOSED,
);

/** `links` of a paged answer: absolute URLs, also sent as `Link` headers. */
export const Links = Type.Object(
  { next: Type.Optional(Type.String()), prev: Type.Optional(Type.String()) },
  CLOSED,
);
