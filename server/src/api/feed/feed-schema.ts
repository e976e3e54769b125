import { REASONS } from '@hooktrail/sdk/query';
import { Type } from 'typebox';
import { TrailInvocation } from '../invocations/trail-schema.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

/** The query parameters of the feed. */
export const FeedParameters = Type.Object({
  q: Type.Optional(
    Type.String({
      maxLength: 4_096,
      description: 'A query: see docs/query.md. All terms must match.',
    }),
  ),
  query: Type.Optional(
    Type.String({ maxLength: 16_384, description: 'A query in its JSON form: a list of terms.' }),
  ),
  since: Type.Optional(
    Type.String({
      maxLength: 40,
      description:
        'Where to begin: how long ago, such as `10m`, or a time; at most 24 hours ago. Default: now. Not heeded with a `Last-Event-ID`.',
    }),
  ),
});

/** The headers of a request that the feed heeds. */
export const FeedHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({
      maxLength: 16_384,
      description: 'The `id` of the last event that you got: the feed goes on after it.',
    }),
  ),
});

const FeedWebhook = Type.Object(
  { id: Id, name: Type.String(), deleted_at: Type.Optional(Time) },
  CLOSED,
);

/** The data of an event of the feed about the trail. */
export const FeedData = Type.Object(
  {
    at: { ...Time, description: 'When the transaction began that changed the trail.' },
    invocation: Type.Optional(ref(TrailInvocation)),
    event: Type.Optional(
      Type.Object(
        {
          id: Type.Optional(Type.String()),
          type: Type.String(),
          subject: Type.Optional(Type.String()),
          created_at: Time,
        },
        { ...CLOSED, description: 'Of `accepted`, where no webhook got the event.' },
      ),
    ),
    webhook: Type.Optional({
      ...FeedWebhook,
      description: 'Of `held` and `released`, where they concern all of a webhook.',
    }),
    reason_code: Type.Optional(oneOf(Object.keys(REASONS), { description: 'With `webhook`.' })),
  },
  { ...CLOSED, $id: 'FeedData' },
);
