import { type Static, Type } from 'typebox';
import { MAX_EVENT_TYPE_LENGTH } from '../../model/event-type.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { serverFields } from '../schema/server-fields.ts';
import {
  AddPosition,
  HttpMethodSchema,
  RequestFormatSchema,
  SigningSecretInput,
  targetFields,
} from '../schema/target-fields.ts';
import { Time } from '../schema/time.ts';

/** The status of a webhook. */
export const WebhookStatusSchema = oneOf(['active', 'inactive']);

const settings = {
  name: Type.String({ minLength: 1, maxLength: 255 }),
  description: Type.Optional(nullable(Type.String({ maxLength: 4096 }))),
  status: WebhookStatusSchema,
  subscriptions: Type.Optional(
    nullable(
      Type.Array(Type.String({ maxLength: MAX_EVENT_TYPE_LENGTH }), {
        maxItems: 500,
        description:
          'Event types (`zen:event-type:ticket.created`, `order.paid`), families of them (`order.*`), or exactly `conditional_ticket_events`. A PUT that omits them keeps them.',
      }),
    ),
  ),
  external_source: Type.Optional(
    Type.Unknown({ description: 'Any JSON of at most 16384 characters, stored unchanged.' }),
  ),
};

const Ignored = Type.Optional(
  Type.Unknown({
    readOnly: true,
    description: 'Accepted and ignored, so that a webhook that was read can be sent back.',
  }),
);

/** The webhook in the body of a create or a PUT. */
export const WebhookInput = Type.Object(
  {
    ...settings,
    ...targetFields,
    ...serverFields(Ignored),
    signing_secret: Type.Optional(
      nullable({
        ...SigningSecretInput,
        description:
          'Only on create: the secret to sign with; one is made when it is absent. Afterwards reset it.',
      }),
    ),
  },
  { ...CLOSED, title: 'WebhookInput' },
);

/** The webhook in the body of a PATCH. */
export const WebhookPatch = Type.Partial(WebhookInput, { ...CLOSED, title: 'WebhookPatch' });

/** The body of a create or a PUT. */
export const WebhookInputBody = Type.Object({ webhook: WebhookInput }, CLOSED);

/** The body of a PATCH. */
export const WebhookPatchBody = Type.Object({ webhook: WebhookPatch }, CLOSED);

/** A value that passed the schema of the same name. */
export type WebhookInput = Static<typeof WebhookInput>;
/** A value that passed the schema of the same name. */
export type WebhookPatch = Static<typeof WebhookPatch>;

const AuthenticationView = Type.Object(
  {
    type: oneOf(['basic_auth', 'bearer_token', 'api_key']),
    data: Type.Optional(
      Type.Object(
        { username: Type.Optional(Type.String()), name: Type.Optional(Type.String()) },
        CLOSED,
      ),
    ),
    add_position: AddPosition,
  },
  { ...CLOSED, description: 'Never contains secrets.' },
);

/** A webhook in answers. */
export const WebhookView = Type.Object(
  {
    id: Id,
    name: Type.String(),
    description: Type.Optional(Type.String()),
    status: WebhookStatusSchema,
    subscriptions: Type.Array(Type.String()),
    created_at: Time,
    created_by: Type.String(),
    updated_at: Type.Optional(Time),
    updated_by: Type.Optional(Type.String()),
    endpoint: Type.String({ description: 'Its query is masked for the role `read`.' }),
    http_method: HttpMethodSchema,
    request_format: RequestFormatSchema,
    authentication: Type.Optional(AuthenticationView),
    custom_headers: Type.Optional(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'Values are masked for the role `read`.',
      }),
    ),
    external_source: Type.Optional(
      Type.Unknown({ description: 'Masked for the role `read`, as `{"type": "********"}`.' }),
    ),
  },
  { ...CLOSED, $id: 'Webhook' },
);

/** A value that passed the schema of the same name. */
export type WebhookView = Static<typeof WebhookView>;

/** The answer of create, clone and show. */
export const WebhookBody = Type.Object(
  { webhook: ref(WebhookView) },
  { ...CLOSED, description: 'The webhook.' },
);

/** A page of webhooks. */
export const WebhookList = Type.Object(
  {
    webhooks: Type.Array(ref(WebhookView)),
    count: Type.Optional(Type.Integer({ description: 'The whole list; only with `page`.' })),
    next_page: Type.Optional(Type.String({ description: 'Only with `page` or `per_page`.' })),
    previous_page: Type.Optional(Type.String({ description: 'Only with `page` or `per_page`.' })),
    meta: Meta,
    links: Type.Optional(Links),
  },
  { ...CLOSED, description: 'A page of webhooks.' },
);

/** The body of a reset: the secret to sign with. */
export const SecretInputBody = nullable(
  Type.Object({ signing_secret: Type.Optional(nullable(SigningSecretInput)) }, CLOSED),
);

/** A signing secret, in answers. */
export const SecretBody = Type.Object(
  {
    signing_secret: Type.Object(
      {
        secret: Type.String({
          description:
            'Base64 of 32 random bytes, or what the caller set. The signing key is this text, not its decoded bytes.',
        }),
        algorithm: Type.Literal('SHA256'),
        previous_until: Type.Optional(
          Type.String({
            format: 'date-time',
            description:
              'The end of the grace period, during which Standard Webhooks signatures are also made with the previous secret.',
          }),
        ),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'The signing secret.' },
);
