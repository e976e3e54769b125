import { Type } from 'typebox';
import { CLOSED } from './closed.ts';

/** The page size where none is asked for, and the largest (contract §1). */
export const MAX_PAGE_SIZE = 100;

/** The query parameters that every paged list has. */
export const pageParameters = {
  'page[size]': Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_PAGE_SIZE,
      description: `How many rows a page has at most; ${MAX_PAGE_SIZE} when absent.`,
    }),
  ),
  'page[after]': Type.Optional(
    Type.String({ maxLength: 2048, description: 'A cursor: the page that follows it.' }),
  ),
  'page[before]': Type.Optional(
    Type.String({
      maxLength: 2048,
      description:
        'A cursor: the page before it, in the same order. Not together with page[after].',
    }),
  ),
};

/** What an answer says of the pages around it. */
export const Meta = Type.Object(
  {
    has_more: Type.Boolean({ description: 'Whether rows follow this page.' }),
    after_cursor: Type.Optional(Type.String({ description: 'Absent on the last page.' })),
    before_cursor: Type.Optional(Type.String({ description: 'Absent on the first page.' })),
  },
  CLOSED,
);

/** Absolute URLs of the pages around an answer; the same as `Link` headers. */
export const Links = Type.Object(
  { next: Type.Optional(Type.String()), prev: Type.Optional(Type.String()) },
  CLOSED,
);
