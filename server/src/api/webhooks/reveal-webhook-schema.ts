import { Type } from 'typebox';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { AddPosition } from '../schema/target-fields.ts';

/** The answer of reveal. */
export const RevealedWebhook = Type.Object(
  {
    webhook: Type.Object(
      {
        id: Id,
        endpoint: Type.String(),
        authentication: Type.Optional(
          Type.Object(
            {
              type: oneOf(['basic_auth', 'bearer_token', 'api_key']),
              data: Type.Record(Type.String(), Type.String(), {
                description:
                  'basic_auth: username, password. bearer_token: token. api_key: name, value.',
              }),
              add_position: AddPosition,
            },
            CLOSED,
          ),
        ),
        custom_headers: Type.Optional(Type.Record(Type.String(), Type.String())),
        external_source: Type.Optional(Type.Unknown()),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'What other answers mask of the webhook.' },
);
