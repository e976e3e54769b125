import { type Static, Type } from 'typebox';
import { CLOSED } from '../schema/closed.ts';
import { HeaderPairs } from '../schema/header-pairs.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { serverFields } from '../schema/server-fields.ts';
import { targetFields } from '../schema/target-fields.ts';

const Ignored = Type.Optional(
  Type.Unknown({ description: 'Accepted and ignored, so that a whole webhook can be sent.' }),
);

/** The request of a test. A stored webhook supplies omitted fields. */
export const TrialInput = Type.Partial(
  Type.Object({
    ...targetFields,
    query_parameters: nullable(
      Type.Array(
        Type.Object(
          {
            key: Type.String({ minLength: 1, maxLength: 255 }),
            value: Type.String({ maxLength: 4096 }),
          },
          CLOSED,
        ),
        { maxItems: 50, description: 'Added to the query of the endpoint, encoded.' },
      ),
    ),
    payload: Type.Unknown({
      description:
        'The payload to send. json: any JSON, or a string that contains JSON. xml: a string. form_encoded, GET and DELETE: an array of `[name, value]` pairs. Default: none.',
    }),
    name: Ignored,
    description: Ignored,
    status: Ignored,
    subscriptions: Ignored,
    external_source: Ignored,
    ...serverFields(Ignored),
    signing_secret: Type.Null({
      description: 'Not supported: a test is signed with the stored or the test secret.',
    }),
  }),
  { ...CLOSED, title: 'TestRequest' },
);

/** The body of a test. Optional when a stored webhook is tested unchanged. */
export const TrialBody = nullable(
  Type.Object(
    {
      request: Type.Optional(TrialInput),
      webhook: Type.Optional(TrialInput),
    },
    { ...CLOSED, description: '`request` and `webhook` are synonyms; send one of them.' },
  ),
);

const WITHHELD = [
  'authentication',
  'custom_headers',
  'client_certificate',
  'signing_secret',
] as const;

/** The result of a test, in both shapes of spec/contract.md, "Test". */
export const TrialResult = Type.Object(
  {
    response: Type.Object(
      {
        status_code: Type.Optional(
          Type.Integer({ description: 'Absent when there was no response.' }),
        ),
        headers: HeaderPairs,
        payload: Type.String({ description: 'Without a response, the reason in words.' }),
      },
      CLOSED,
    ),
    test: Type.Object(
      {
        status: oneOf(['success', 'failed', 'timeout', 'client error', 'server error']),
        message: Type.String(),
        response_code: Type.Optional(Type.Integer()),
        response_body: Type.Optional(Type.String()),
        withheld: Type.Optional(
          Type.Array(oneOf(WITHHELD), {
            description:
              'What a test to another origin than that of the stored webhook did not take from it; otherwise absent.',
          }),
        ),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'The response, or why there was none.' },
);

/** A value that passed the schema of the same name. */
export type TrialInput = Static<typeof TrialInput>;
/** A value that passed the schema of the same name. */
export type TrialResult = Static<typeof TrialResult>;
