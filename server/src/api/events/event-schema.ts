import { type Static, Type } from 'typebox';
import { SKIP_REASONS } from '../../model/skipped.ts';
import { CLOSED } from '../schema/closed.ts';
import { HeaderPairs } from '../schema/header-pairs.ts';
import { Id } from '../schema/id.ts';
import { Invocation } from '../schema/invocation.ts';
import { oneOf } from '../schema/one-of.ts';
import { Origin } from '../schema/origin.ts';
import { BoundedMeta, Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { rangeParameters } from '../schema/range-parameters.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

/** Path parameters of one event. */
export const EventParams = Type.Object({
  id: Type.String({
    minLength: 1,
    maxLength: 255,
    description: 'The id that `publish` answered: your own, or the one that was made.',
  }),
});

/** The query parameters of the list of events. */
export const EventParameters = Type.Object({
  q: Type.Optional(
    Type.String({
      maxLength: 4_096,
      description:
        'A query of `type`, `created`, `since`, `until` and values of keys: see docs/query.md. All terms must match.',
    }),
  ),
  query: Type.Optional(
    Type.String({ maxLength: 16_384, description: 'A query in its JSON form: a list of terms.' }),
  ),
  ...rangeParameters('`created_at`'),
  'filter[type]': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'An event type, or a family such as `order.*`.',
    }),
  ),
  sort: Type.Optional(
    oneOf(['created_at', '-created_at'], { description: 'Default: newest first.' }),
  ),
  ...pageParameters,
});

/** The query parameters of the invocations of an event. */
export const EventInvocationParameters = Type.Object(pageParameters);

const summary = {
  id: Type.String({
    description: 'The id that its publisher got and receivers get.',
  }),
  stored_id: Type.Optional({
    ...Id,
    description: 'The id that the trail gave it, where its publisher chose another one.',
  }),
  type: Type.Optional(
    Type.String({ description: 'Absent where it is unknown: of an archived one.' }),
  ),
  created_at: Time,
  erased_at: Type.Optional({ ...Time, description: 'When its body was erased.' }),
  body_length: Type.Optional(
    Type.Integer({ description: 'Length of the body in bytes; absent where it was erased.' }),
  ),
  invocations_count: Type.Optional(
    Type.Integer({
      description:
        'How many webhooks it went to. Absent for events that an earlier version stored, and archived ones.',
    }),
  ),
  skipped_count: Type.Integer({
    description: 'How many webhooks subscribe to it and were skipped.',
  }),
  origin: Type.Optional(Origin),
};

/** An event as lists show it. */
export const EventSummary = Type.Object(summary, { ...CLOSED, $id: 'EventSummary' });

/** A page of events. */
export const EventList = Type.Object(
  { events: Type.Array(ref(EventSummary)), meta: BoundedMeta, links: Links },
  { ...CLOSED, description: 'A page of events.' },
);

/** An invocation of an event, with the name of its webhook. */
export const EventInvocation = Type.Object(
  {
    ...Invocation.properties,
    webhook_name: Type.String(),
    webhook_deleted_at: Type.Optional({ ...Time, description: 'When its webhook was deleted.' }),
  },
  { ...CLOSED, $id: 'EventInvocation' },
);

/** A page of the invocations of an event. */
export const EventInvocationList = Type.Object(
  { invocations: Type.Array(ref(EventInvocation)), meta: Meta, links: Links },
  { ...CLOSED, description: 'A page of invocations, newest webhook first.' },
);

/** An event with its body and what became of it. */
export const ShownEvent = Type.Object(
  {
    event: Type.Object(
      {
        ...summary,
        body: Type.Optional(
          Type.String({
            description:
              'The text that receivers get: as published, with the missing fields appended. `showEventBody` answers with its bytes. Absent where it was erased: of an archived one.',
          }),
        ),
        headers: Type.Optional({
          ...HeaderPairs,
          description:
            'Of an event of an inbox: the headers of the request, as its sender wrote them. Values whose names look like those of secrets are masked before they are stored.',
        }),
        headers_left_out: Type.Optional(
          Type.Integer({
            description:
              'How many more there were: at most 100 with 16 KiB are kept. Absent where all are.',
          }),
        ),
        invocations: Type.Array(ref(EventInvocation), {
          description:
            'The first 100, newest webhook first, while they are kept; `links.invocations` lists all.',
        }),
        skipped: Type.Array(
          Type.Object(
            {
              webhook_id: Id,
              webhook_name: Type.Optional(
                Type.String({ description: 'Absent when it was deleted.' }),
              ),
              reason: oneOf(SKIP_REASONS),
            },
            CLOSED,
          ),
          { description: 'Webhooks that subscribe to it and were skipped; at most 1,000.' },
        ),
      },
      CLOSED,
    ),
    links: Type.Object({ body: Type.String(), invocations: Type.String() }, CLOSED),
  },
  { ...CLOSED, description: 'The event, what it matched and what it skipped.' },
);

/** A value that passed the schema of the same name. */
export type EventSummary = Static<typeof EventSummary>;
/** A value that passed the schema of the same name. */
export type EventInvocation = Static<typeof EventInvocation>;
