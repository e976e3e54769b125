import { type Static, Type } from 'typebox';
import { CLOSED } from '../schema/closed.ts';
import { HeaderPairs } from '../schema/header-pairs.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { serverFields } from '../schema/server-fields.ts';
import { targetFields } from '../schema/target-fields.ts';

const Ignored = Type.Optional(
  Type.Unknown({ description: 'Ignored, so that a whole webhook can be tested.' }),
);

/** What a test says of the request; a stored webhook fills what is left out. */
export const TrialInput = Type.Partial(
  Type.Object({
    ...targetFields,
    payload: Type.Unknown({
      description:
        'What is sent. json: any JSON, or a text that is JSON. xml: a text. form_encoded, GET and DELETE: a list of `[name, value]` pairs. Nothing when absent.',
    }),
    name: Ignored,
    description: Ignored,
    status: Ignored,
    subscriptions: Ignored,
    external_source: Ignored,
    ...serverFields(Ignored),
  }),
  { ...CLOSED, title: 'TestRequest' },
);

/** The body of a test; none is needed where a stored webhook is tested as it is. */
export const TrialBody = nullable(
  Type.Object(
    {
      request: Type.Optional(TrialInput),
      webhook: Type.Optional(TrialInput),
    },
    { ...CLOSED, description: '`request` and `webhook` mean the same; give one of them.' },
  ),
);

/** What a test answers: both shapes of contract §1 at once. */
export const TrialResult = Type.Object(
  {
    response: Type.Optional(
      Type.Object(
        { status_code: Type.Integer(), headers: HeaderPairs, payload: Type.String() },
        { ...CLOSED, description: 'Absent when there was no answer.' },
      ),
    ),
    test: Type.Object(
      {
        status: oneOf(['success', 'failed', 'timeout', 'client error', 'server error']),
        message: Type.String(),
        response_code: Type.Optional(Type.Integer()),
        response_body: Type.Optional(Type.String()),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'What came back, or why nothing did.' },
);

/** What the schema of the same name lets through. */
export type TrialInput = Static<typeof TrialInput>;
/** What the schema of the same name lets through. */
export type TrialResult = Static<typeof TrialResult>;
