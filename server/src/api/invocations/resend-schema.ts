import { Type } from 'typebox';
import { CLOSED } from '../schema/closed.ts';
import { ref } from '../schema/ref.ts';
import { Attempt } from './invocation-schema.ts';

/** The body of a resend. */
export const ResendBody = Type.Object(
  {
    target_webhook_id: Type.Optional(
      Type.String({
        maxLength: 100,
        description:
          'Sends it to this webhook of the account instead: with its credentials, signed with its secret.',
      }),
    ),
  },
  CLOSED,
);

/** What came of a resend. */
export const ResentBody = Type.Object(
  {
    attempt: ref(Attempt),
    left_out: Type.Array(Type.String(), {
      description:
        'Names of headers that were sent once and were not sent again, because their values are masked.',
    }),
  },
  { ...CLOSED, description: 'What the endpoint answered.' },
);
