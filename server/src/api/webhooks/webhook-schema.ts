import { type Static, Type } from 'typebox';
import { MAX_EVENT_TYPE_LENGTH } from '../../model/event-type.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';

const CLOSED = { additionalProperties: false } as const;

const Secret = (maxLength: number) => Type.String({ minLength: 1, maxLength, writeOnly: true });

const HttpMethodSchema = oneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const RequestFormatSchema = oneOf(['json', 'xml', 'form_encoded']);
/** Whether a webhook is delivered to. */
export const WebhookStatusSchema = oneOf(['active', 'inactive']);

const AddPosition = oneOf(['header', 'query_string']);

/** Which keys of `data` a type has, and which it needs, is checked by `readAuthentication`. */
export const AuthenticationInput = Type.Object(
  {
    type: oneOf(['basic_auth', 'bearer_token', 'api_key']),
    data: Type.Optional(
      Type.Object(
        {
          username: Type.Optional(Type.String({ maxLength: 255 })),
          password: Type.Optional(Secret(1024)),
          token: Type.Optional(Secret(4096)),
          name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
          value: Type.Optional(Secret(4096)),
        },
        {
          ...CLOSED,
          description:
            'basic_auth: username, password. bearer_token: token. api_key: name, value. A secret that is left out in an update keeps its value when the rest of `data` is what was read.',
        },
      ),
    ),
    add_position: Type.Optional(AddPosition),
  },
  CLOSED,
);

/** Where requests go and what they look like: shared by webhooks and by tests of one. */
export const targetFields = {
  endpoint: Type.String({
    minLength: 1,
    maxLength: 2048,
    description: 'An http or https URL without user information or fragment.',
  }),
  http_method: HttpMethodSchema,
  request_format: RequestFormatSchema,
  authentication: Type.Optional(nullable(AuthenticationInput)),
  custom_headers: Type.Optional(
    nullable(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        maxProperties: 50,
        additionalProperties: { type: 'string', maxLength: 4096 },
        description:
          'Names are tokens of RFC 9110; those that the request itself needs are reserved.',
      }) as ReturnType<typeof Type.Unsafe<Record<string, string>>> & { type: string },
    ),
  ),
};

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

const ignored = {
  id: Ignored,
  created_at: Ignored,
  created_by: Ignored,
  updated_at: Ignored,
  updated_by: Ignored,
  signing_secret: Ignored,
};

/** What a create or a PUT gives of a webhook. */
export const WebhookInput = Type.Object(
  { ...settings, ...targetFields, ...ignored },
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
/** What the schema of the same name lets through. */
export type AuthenticationInput = Static<typeof AuthenticationInput>;

/** A time on the wire. */
export const Time = Type.String({ format: 'date-time' });

/** An id on the wire. */
export const Id = Type.String({ minLength: 26, maxLength: 26, description: 'A ULID.' });

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

/** Path parameters of everything that belongs to one webhook; a text that is no id is simply unknown. */
export const WebhookParams = Type.Object({
  id: Type.String({ description: 'The id of a webhook.' }),
});

/** The answer of a list. */
export const WebhookList = Type.Object(
  {
    webhooks: Type.Array(ref(WebhookView)),
    meta: Meta,
    links: Type.Optional(Links),
  },
  { additionalProperties: false, description: 'A page of webhooks.' },
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
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false, description: 'The secret.' },
);
