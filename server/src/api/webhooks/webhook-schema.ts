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
  targetFields,
} from '../schema/target-fields.ts';
import { Time } from '../schema/time.ts';

/** Whether a webhook is delivered to. */
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
          'Event types (`zen:event-type:ticket.created`, `order.paid`), families of them (`order.*`), or exactly `conditional_ticket_events`. Left out of a PUT, they stay.',
      }),
    ),
  ),
  external_source: Type.Optional(
    Type.Unknown({ description: 'Any JSON of at most 16384 characters, kept as it is.' }),
  ),
};

const Ignored = Type.Optional(
  Type.Unknown({ readOnly: true, description: 'Ignored, so that what was read can be sent back.' }),
);

/** What a create or a PUT gives of a webhook. */
export const WebhookInput = Type.Object(
  { ...settings, ...targetFields, ...serverFields(Ignored) },
  { ...CLOSED, title: 'WebhookInput' },
);

/** What a PATCH gives of a webhook. */
export const WebhookPatch = Type.Partial(WebhookInput, { ...CLOSED, title: 'WebhookPatch' });

/** The body of a create or a PUT. */
export const WebhookInputBody = Type.Object({ webhook: WebhookInput }, CLOSED);

/** The body of a PATCH. */
export const WebhookPatchBody = Type.Object({ webhook: WebhookPatch }, CLOSED);

/** What the schema of the same name lets through. */
export type WebhookInput = Static<typeof WebhookInput>;
/** What the schema of the same name lets through. */
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
  { ...CLOSED, description: 'Secrets are never shown.' },
);

/** A webhook as it is read. */
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
    endpoint: Type.String(),
    http_method: HttpMethodSchema,
    request_format: RequestFormatSchema,
    authentication: Type.Optional(AuthenticationView),
    custom_headers: Type.Optional(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        additionalProperties: { type: 'string' },
      }),
    ),
    external_source: Type.Optional(Type.Unknown()),
  },
  { ...CLOSED, $id: 'Webhook' },
);

/** What the schema of the same name lets through. */
export type WebhookView = Static<typeof WebhookView>;

/** The answer of a create, a clone or a show. */
export const WebhookBody = Type.Object(
  { webhook: ref(WebhookView) },
  { ...CLOSED, description: 'The webhook.' },
);

/** The answer of a list. */
export const WebhookList = Type.Object(
  {
    webhooks: Type.Array(ref(WebhookView)),
    meta: Meta,
    links: Type.Optional(Links),
  },
  { ...CLOSED, description: 'A page of webhooks.' },
);

/** The answer about a signing secret. */
export const SecretBody = Type.Object(
  {
    signing_secret: Type.Object(
      {
        secret: Type.String({
          description: 'The base64 of 32 random bytes. The key is this text, not decoded.',
        }),
        algorithm: Type.Literal('SHA256'),
        previous_until: Type.Optional(
          Type.String({
            format: 'date-time',
            description:
              'Until when Standard Webhooks signatures are made with the secret before this one too.',
          }),
        ),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'The secret.' },
);
