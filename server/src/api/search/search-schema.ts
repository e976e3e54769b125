import { type Static, Type } from 'typebox';
import { EventSummary } from '../events/event-schema.ts';
import { TrailInvocation, TrailParameters } from '../invocations/trail-schema.ts';
import { CLOSED } from '../schema/closed.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

/** The default number of results on a page. */
export const DEFAULT_RESULTS = 20;

const {
  q,
  query,
  sort: _sort,
  'page[size]': _size,
  'page[before]': _before,
  ...rest
} = TrailParameters.properties;

/** The query parameters of a search: those of a list of invocations, in one direction. */
export const SearchParameters = Type.Object({
  q,
  query,
  ...rest,
  'page[size]': Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      description: `The maximum number of results on a page; default ${DEFAULT_RESULTS}.`,
    }),
  ),
});

const SearchMatch = Type.Object(
  {
    in: oneOf(['event body', 'request headers', 'response headers', 'response body']),
    attempt: Type.Optional(
      Type.Integer({ description: 'The number of the attempt; absent in an event body.' }),
    ),
    text: Type.String({ description: 'What was found, with its surroundings, as one line.' }),
  },
  CLOSED,
);

/** An event or an invocation with what was found in it. */
export const SearchResult = Type.Object(
  {
    id: Type.String({ description: 'Identifies the result within its search.' }),
    found_at: {
      ...Time,
      description:
        'When the event or the invocation was created; of an attempt that was recorded more than five minutes after that, when it was recorded. Results have this order, newest first, unless keys found them: then that of the creation of the events, the event first, then its invocations, newest webhook first.',
    },
    event: Type.Optional({
      ...ref(EventSummary),
      description: 'The event whose body matches; absent where attempts match.',
    }),
    invocation: Type.Optional({
      ...ref(TrailInvocation),
      description: 'The invocation whose attempts match; absent where an event matches.',
    }),
    matches: Type.Array(SearchMatch, {
      description: 'At most 13; empty for an event that only keys found.',
    }),
  },
  { ...CLOSED, $id: 'SearchResult' },
);

/** A page of results. */
export const SearchResults = Type.Object(
  {
    results: Type.Array(ref(SearchResult)),
    meta: Type.Object(
      {
        has_more: Type.Boolean({
          description: 'Whether to go on: this answer ended at its limits.',
        }),
        after_cursor: Type.Optional(Type.String({ description: 'Absent at the end.' })),
        covered: Type.Object(
          { from: Time, to: Time },
          {
            ...CLOSED,
            description:
              'All results of this span are on this page; of keys, those about the events that were created in it.',
          },
        ),
        read: Type.Object(
          {
            rows: Type.Integer({ description: 'Events and attempts that were looked through.' }),
            bytes: Type.Integer({ description: 'The length of their texts.' }),
          },
          CLOSED,
        ),
        filters: Type.Object(
          {
            blocks: Type.Integer({ description: 'Blocks of rows whose filters were asked.' }),
            read: Type.Integer({ description: 'Those that the filters did not rule out.' }),
            empty: Type.Integer({ description: 'Those of them that had no result.' }),
          },
          { ...CLOSED, description: 'All 0 where keys found the events.' },
        ),
      },
      CLOSED,
    ),
    links: Links,
  },
  { ...CLOSED, description: 'A page of results, newest first.' },
);

/** A value that passed the schema of the same name. */
export type SearchResult = Static<typeof SearchResult>;
