import Type from 'typebox';

/** The answer to a publisher: what was written for the event. */
export const acceptedSchema = Type.Object({
  event: Type.Object({ id: Type.String({ description: 'Yours, or the one that was made' }) }),
  invocations: Type.Array(Type.Object({ id: Type.String(), webhook_id: Type.String() }), {
    description: 'One for every webhook that the event is delivered to',
  }),
  skipped: Type.Array(Type.Object({ webhook_id: Type.String(), reason: Type.String() }), {
    description: 'The webhooks whose subscriptions match, but which do not get the event, and why',
  }),
});
