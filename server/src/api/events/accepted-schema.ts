import Type from 'typebox';

/** The answer to a publisher: what was stored for the event. */
export const acceptedSchema = Type.Object({
  event: Type.Object({
    id: Type.String({ description: 'The id in the event, or a generated one.' }),
  }),
  invocations: Type.Array(Type.Object({ id: Type.String(), webhook_id: Type.String() }), {
    description: 'One for each webhook that the event is delivered to.',
  }),
  invocations_count: Type.Optional(
    Type.Integer({
      description:
        'How many invocations there are, where an answer would list more than 1,000: then `invocations` and `skipped` are empty.',
    }),
  ),
  skipped: Type.Array(Type.Object({ webhook_id: Type.String(), reason: Type.String() }), {
    description: 'Webhooks whose subscriptions match but which are skipped, and why.',
  }),
  skipped_count: Type.Optional(
    Type.Integer({ description: 'How many are skipped, with `invocations_count`.' }),
  ),
  links: Type.Optional(
    Type.Object(
      { event: Type.String(), invocations: Type.String() },
      {
        description:
          'With `invocations_count`: the URLs of `showEvent`, which has the skipped webhooks, and of `listEventInvocations`.',
      },
    ),
  ),
});
