import { type Static, Type } from 'typebox';
import type { Role } from '../../model/account.ts';
import { accountParameter } from '../callers/account-id.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

const ROLES: readonly Role[] = ['operator', 'admin', 'publish', 'read'];
const RoleSchema = oneOf(ROLES);

const view = {
  id: Id,
  account_id: Type.Integer(),
  name: Type.String(),
  role: RoleSchema,
  created_at: Time,
  created_by: Type.String({
    description:
      'The id of a token of this account; `operator` for one of another account; `hooktrail` for the first token of all.',
  }),
};

/** A token as it is read: without its secret, which is not kept. */
export const TokenView = Type.Object(view, { ...CLOSED, $id: 'Token' });

/** The body of a create. */
export const TokenInputBody = Type.Object(
  {
    token: Type.Object(
      { name: Type.String({ minLength: 1, maxLength: 255 }), role: RoleSchema },
      { ...CLOSED, title: 'TokenInput' },
    ),
  },
  CLOSED,
);

/** The answer of a create. */
export const NewTokenBody = Type.Object(
  {
    token: Type.Object(
      {
        ...view,
        secret: Type.String({ description: 'What clients send. It is never shown again.' }),
      },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'The token, with its secret.' },
);

/** A page of tokens. */
export const TokenList = Type.Object(
  { tokens: Type.Array(ref(TokenView)), meta: Meta, links: Links },
  { ...CLOSED, description: 'A page of tokens.' },
);

/** The query parameters of the list. */
export const TokenParameters = Type.Object({ ...accountParameter, ...pageParameters });

/** Path parameters of one token; a text that is no id is simply unknown. */
export const TokenParams = Type.Object({ id: Type.String({ description: 'The id of a token.' }) });

/** What the schema of the same name lets through. */
export type TokenView = Static<typeof TokenView>;
