import { type Static, Type } from 'typebox';
import { PROFILES, type Profile } from '../../model/profiles.ts';
import { CLOSED } from '../schema/closed.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

const Name = Type.String({ minLength: 1, maxLength: 255 });

const ProfileSchema = oneOf(Object.keys(PROFILES) as Profile[], {
  description: 'The rules of delivery that its webhooks begin with.',
});

/** An account as it is read. */
export const AccountView = Type.Object(
  {
    id: Type.Integer({ description: 'Receivers see it as `X-Zendesk-Account-Id`.' }),
    name: Type.String(),
    profile: ProfileSchema,
    created_at: Time,
    suspended_at: Type.Optional({ ...Time, description: 'Absent unless it is suspended.' }),
  },
  { ...CLOSED, $id: 'Account' },
);

/** The body of a create. */
export const AccountInputBody = Type.Object(
  {
    account: Type.Object(
      { name: Name, profile: Type.Optional(ProfileSchema) },
      { ...CLOSED, title: 'AccountInput' },
    ),
  },
  CLOSED,
);

/** The body of a PATCH. */
export const AccountPatchBody = Type.Object(
  {
    account: Type.Object(
      {
        name: Type.Optional(Name),
        suspended: Type.Optional(
          Type.Boolean({
            description:
              'While it is true, the tokens of the account are refused and its invocations wait.',
          }),
        ),
      },
      { ...CLOSED, title: 'AccountPatch' },
    ),
  },
  CLOSED,
);

/** The answer of a create, a show or a change. */
export const AccountBody = Type.Object(
  { account: ref(AccountView) },
  { ...CLOSED, description: 'The account.' },
);

/** A page of accounts. */
export const AccountList = Type.Object(
  { accounts: Type.Array(ref(AccountView)), meta: Meta, links: Links },
  { ...CLOSED, description: 'A page of accounts.' },
);

/** The query parameters of the list. */
export const AccountParameters = Type.Object(pageParameters);

/** Path parameters of one account; a text that is no number is simply unknown. */
export const AccountParams = Type.Object({
  id: Type.String({ description: 'The number of an account.' }),
});

/** What the schema of the same name lets through. */
export type AccountView = Static<typeof AccountView>;
