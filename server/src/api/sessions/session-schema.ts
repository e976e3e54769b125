import { type Static, Type } from 'typebox';
import type { Role } from '../../model/account.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { Time } from '../schema/time.ts';

const ROLES: readonly Role[] = ['operator', 'admin', 'publish', 'read'];

const view = Type.Object(
  {
    account: Type.Object({ id: Type.Integer(), name: Type.String() }, CLOSED),
    token: Type.Object({ id: Id, name: Type.String(), role: oneOf(ROLES) }, CLOSED),
    version: Type.String({ description: 'The version of the server.' }),
    expires_at: nullable(Time),
  },
  {
    ...CLOSED,
    title: 'Session',
    description: 'Who asks. `expires_at` is null for a token, which does not expire.',
  },
);

/** The answer of sign-in and of show. */
export const SessionBody = Type.Object(
  { session: view },
  { ...CLOSED, description: 'Who asks, with which role.' },
);
export type SessionView = Static<typeof view>;

/** The body of sign-in; `MAX_TOKEN` is the limit of HOOKTRAIL_BOOTSTRAP_TOKEN. */
export const SignInBody = Type.Union([
  Type.Object(
    {
      token: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      code: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    },
    { ...CLOSED, title: 'SignIn', description: 'A token, or a code that signs in once.' },
  ),
  Type.Null(),
]);

export const CodeBody = Type.Object(
  {
    sign_in: Type.Object(
      {
        code: Type.String({ description: 'Signs in once, on any node.' }),
        url: Type.String({ description: 'Opens the console, signed in.' }),
        expires_at: Time,
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'The code and its link, which nothing shows again.' },
);
