import { type Static, Type } from 'typebox';
import { CLOSED } from './closed.ts';
import { nullable } from './nullable.ts';
import { oneOf } from './one-of.ts';

/** Null counts as absent: clients send every field that they know. */
const Secret = (minLength: number, maxLength: number) =>
  Type.Optional(nullable(Type.String({ minLength, maxLength, writeOnly: true })));

/** The method of the outbound request. */
export const HttpMethodSchema = oneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** The same in a body, where it may be in any case: `normaliseAnyCase` makes it upper case. */
const HttpMethodInput = Type.Unsafe<Static<typeof HttpMethodSchema>>({
  ...HttpMethodSchema,
  'x-any-case': true,
  description: 'In any case.',
});

/** The format of the payload. */
export const RequestFormatSchema = oneOf(['json', 'xml', 'form_encoded']);
/** Where an API key is sent. */
export const AddPosition = oneOf(['header', 'query_string']);

/** `readAuthentication` checks which keys of `data` the type allows and requires. */
export const AuthenticationInput = Type.Object(
  {
    type: oneOf(['basic_auth', 'bearer_token', 'api_key']),
    data: Type.Optional(
      nullable(
        Type.Object(
          {
            username: Type.Optional(nullable(Type.String({ maxLength: 255 }))),
            // RFC 7617 allows an empty password: services that take a key as user name want one.
            password: Secret(0, 1024),
            token: Secret(1, 4096),
            name: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 255 }))),
            value: Secret(1, 4096),
          },
          {
            ...CLOSED,
            description:
              'basic_auth: username, password. bearer_token: token. api_key: name, value. Where a webhook is stored, its credentials are kept when `type` is the stored one and `data` is null, absent or equal to what was read.',
          },
        ),
      ),
    ),
    add_position: Type.Optional(AddPosition),
  },
  CLOSED,
);

/** A value that passed the schema of the same name. */
export type AuthenticationInput = Static<typeof AuthenticationInput>;

/** Where requests go and what they look like: shared by webhooks and test requests. */
export const targetFields = {
  endpoint: Type.String({
    minLength: 1,
    maxLength: 2048,
    description: 'An http or https URL without user information or fragment.',
  }),
  http_method: HttpMethodInput,
  request_format: RequestFormatSchema,
  authentication: Type.Optional(nullable(AuthenticationInput)),
  custom_headers: Type.Optional(
    nullable(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        maxProperties: 50,
        additionalProperties: { type: 'string', maxLength: 4096 },
        description:
          'Names are tokens as in RFC 9110. Names that the HTTP request itself needs, and those that only Hooktrail sets, are reserved. `Content-Type`, `User-Agent` and `Accept` replace the defaults.',
      }) as ReturnType<typeof Type.Unsafe<Record<string, string>>> & { type: string },
    ),
  ),
};

/** A signing secret in a body: given by the caller, so that a receiver keeps the one it has. */
export const SigningSecretInput = Type.Object(
  {
    secret: Type.String({
      minLength: 16,
      maxLength: 255,
      pattern: '^[ -~]*$',
      writeOnly: true,
      description: '16 to 255 printable ASCII characters. The signing key is this text.',
    }),
    algorithm: Type.Optional(oneOf(['SHA256'])),
  },
  CLOSED,
);
