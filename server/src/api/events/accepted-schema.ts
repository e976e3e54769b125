import Type from 'typebox';

/** The answer to a publisher: what was stored for the event. */
export const acceptedSchema = Type.Object({
  event: Type.Object({
    id: Type.String({ description: 'The id in the event, or a generated one.' }),
  }),
  invocations: Type.Array(Type.Object({ id: Type.String(), webhook_id: Type.String() }), {
    description: 'One for each webhook that the event is delivered to.',
  }),
  skipped: Type.Array(Type.Object({ webhook_id: Type.String(), reason: Type.String() }), {
    description: 'Webhooks whose subscriptions match but which are skipped, and why.',
  }),
});
