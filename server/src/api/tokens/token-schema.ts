import { type Static, Type } from 'typebox';
import type { Role } from '../../model/account.ts';
import { accountParameter } from '../schema/account-parameter.ts';
import { CLOSED } from '../schema/closed.ts';
import { Id } from '../schema/id.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

const ROLES: readonly Role[] = ['operator', 'admin', 'publish', 'read', 'metrics'];
const RoleSchema = oneOf(ROLES);

const view = {
  id: Id,
  account_id: Type.Integer(),
  name: Type.String(),
  role: RoleSchema,
  created_at: Time,
  created_by: Type.String({
    description:
      'The id of the token that created it, if it is of this account; `operator` for an operator from another account; `hooktrail` for the first token.',
  }),
};

/** A token in answers, without its secret: only the hash is stored. */
export const TokenView = Type.Object(view, { ...CLOSED, $id: 'Token' });

/** The body of create. */
export const TokenInputBody = Type.Object(
  {
    token: Type.Object(
      { name: Type.String({ minLength: 1, maxLength: 255 }), role: RoleSchema },
      { ...CLOSED, title: 'TokenInput' },
    ),
  },
  CLOSED,
);

/** The answer of create. */
export const NewTokenBody = Type.Object(
  {
    token: Type.Object(
      {
        ...view,
        secret: Type.String({ description: 'The token that clients send. It is shown only here.' }),
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

/** The query parameters of the list of tokens. */
export const TokenParameters = Type.Object({ ...accountParameter, ...pageParameters });

/** Path parameters of one token. A malformed id is 404, like an unknown one. */
export const TokenParams = Type.Object({ id: Type.String({ description: 'The id of a token.' }) });

/** A value that passed the schema of the same name. */
export type TokenView = Static<typeof TokenView>;
