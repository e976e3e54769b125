import { type Static, Type } from 'typebox';
import { SIGNATURE_REASONS, SIGNATURE_SCHEMES } from '../../deliver/request/verify-request.ts';
import { CLOSED } from '../schema/closed.ts';
import { oneOf } from '../schema/one-of.ts';
import { Time } from '../schema/time.ts';

/** A request that somebody received. */
export const ReceivedRequest = Type.Object(
  {
    headers: Type.Unsafe<Record<string, string>>({
      type: 'object',
      maxProperties: 200,
      additionalProperties: { type: 'string', maxLength: 8_192 },
      description: 'By name, in any case. Headers that are not about the signature are ignored.',
    }),
    body: Type.Optional(
      Type.String({ description: 'The body as text, exactly as it arrived; default empty.' }),
    ),
    body_base64: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9+/]*={0,2}$',
        description: 'In place of `body`: its bytes, where they are no text in UTF-8.',
      }),
    ),
  },
  { ...CLOSED, title: 'ReceivedRequest' },
);

/** The body of verify. */
export const VerifyInputBody = Type.Object({ request: ReceivedRequest }, CLOSED);

/** A value that passed the schema of the same name. */
export type ReceivedRequest = Static<typeof ReceivedRequest>;

/** The answer of verify. */
export const VerificationBody = Type.Object(
  {
    verification: Type.Object(
      {
        valid: Type.Boolean({ description: 'Whether all signatures of the request are valid.' }),
        signatures: Type.Array(
          Type.Object(
            {
              scheme: oneOf(SIGNATURE_SCHEMES),
              valid: Type.Boolean(),
              secret: Type.Optional(
                oneOf(['current', 'previous'], {
                  description: 'Which secret it is by; of `v1a`, which key.',
                }),
              ),
              reason: Type.Optional(
                oneOf(SIGNATURE_REASONS, {
                  description: 'Why it is not valid. Its age is no reason here.',
                }),
              ),
              signed_at: Type.Optional({ ...Time, description: 'What its timestamp says.' }),
              explanation: Type.String({ description: 'For people.' }),
            },
            CLOSED,
          ),
          { description: 'One for each scheme whose headers the request has.' },
        ),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'Whether the request is signed by the webhook.' },
);
