import { type Static, Type } from 'typebox';
import { CLOSED } from './closed.ts';
import { nullable } from './nullable.ts';
import { oneOf } from './one-of.ts';

const Secret = (maxLength: number) => Type.String({ minLength: 1, maxLength, writeOnly: true });

/** The method of the outbound request. */
export const HttpMethodSchema = oneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** The format of the payload. */
export const RequestFormatSchema = oneOf(['json', 'xml', 'form_encoded']);
/** Where an API key is sent. */
export const AddPosition = oneOf(['header', 'query_string']);

/** `readAuthentication` checks which keys of `data` the type allows and requires. */
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
            'basic_auth: username, password. bearer_token: token. api_key: name, value. An update may omit the secret: it is kept when `type` and the rest of `data` equal what was read.',
        },
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
          'Names are tokens as in RFC 9110. Names that the HTTP request itself needs, and those that only Hooktrail sets, are reserved. `Content-Type`, `User-Agent` and `Accept` replace the defaults.',
      }) as ReturnType<typeof Type.Unsafe<Record<string, string>>> & { type: string },
    ),
  ),
};
