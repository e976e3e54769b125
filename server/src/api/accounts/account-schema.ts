import { type Static, Type } from 'typebox';
import { PROFILES, type Profile } from '../../model/profiles.ts';
import { CLOSED } from '../schema/closed.ts';
import { oneOf } from '../schema/one-of.ts';
import { Links, Meta, pageParameters } from '../schema/page-schema.ts';
import { ref } from '../schema/ref.ts';
import { Time } from '../schema/time.ts';

const Name = Type.String({ minLength: 1, maxLength: 255 });

/** The profile of an account. */
export const ProfileSchema = oneOf(Object.keys(PROFILES) as Profile[], {
  description: 'The delivery rules of all its webhooks, where they override nothing.',
});

/** An account in answers. */
export const AccountView = Type.Object(
  {
    id: Type.Integer({ description: 'Sent to receivers as `X-Zendesk-Account-Id`.' }),
    name: Type.String(),
    profile: ProfileSchema,
    created_at: Time,
    suspended_at: Type.Optional({
      ...Time,
      description: 'Absent unless the account is suspended.',
    }),
  },
  { ...CLOSED, $id: 'Account' },
);

/** The body of create. */
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
              'While true, the tokens of the account are rejected and its invocations wait.',
          }),
        ),
      },
      { ...CLOSED, title: 'AccountPatch' },
    ),
  },
  CLOSED,
);

/** The answer of create, show and patch. */
export const AccountBody = Type.Object(
  { account: ref(AccountView) },
  { ...CLOSED, description: 'The account.' },
);

/** A page of accounts. */
export const AccountList = Type.Object(
  { accounts: Type.Array(ref(AccountView)), meta: Meta, links: Links },
  { ...CLOSED, description: 'A page of accounts.' },
);

/** The query parameters of the list of accounts. */
export const AccountParameters = Type.Object(pageParameters);

/** Path parameters of one account. A malformed id is 404, like an unknown one. */
export const AccountParams = Type.Object({
  id: Type.String({ description: 'The id of an account, a number.' }),
});

/** A value that passed the schema of the same name. */
export type AccountView = Static<typeof AccountView>;
