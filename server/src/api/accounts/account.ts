import { type Static, Type } from 'typebox';
import type { Account } from '../../model/account.ts';
import { actOf } from '../callers/act-of.ts';
import type { Caller } from '../callers/caller.ts';
import { CLOSED } from '../schema/closed.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { ProfileSchema } from './account-schema.ts';
import { checkAccountName } from './check-account-name.ts';

const AccountBody = Type.Object(
  {
    account: Type.Object(
      { id: Type.Integer(), name: Type.String(), profile: ProfileSchema },
      CLOSED,
    ),
  },
  { ...CLOSED, description: 'The account.' },
);

const AccountInputBody = Type.Object(
  {
    account: Type.Object(
      {
        id: Type.Optional(
          Type.Unknown({
            readOnly: true,
            description: 'Accepted and ignored, so that an account that was read can be sent back.',
          }),
        ),
        name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
        profile: Type.Optional(ProfileSchema),
      },
      CLOSED,
    ),
  },
  CLOSED,
);

/** Shows and updates the account of the token: its name and its delivery profile. */
export const account: Routes = (app, { access, directory }) => {
  const tags = ['Account'];

  const answer = ({ accountId }: Caller): Static<typeof AccountBody> => {
    // Tokens are loaded together with their accounts, so every caller has one.
    const { id, name, profile } = directory.account(accountId) as Account;
    return { account: { id, name, profile } };
  };

  app.get(
    '/v1/account',
    {
      schema: {
        operationId: 'showOwnAccount',
        summary: 'Show the account of the token',
        tags,
        response: { 200: AccountBody, ...errorAnswers() },
      },
    },
    async ({ caller }) => answer(caller),
  );

  app.put(
    '/v1/account',
    {
      schema: {
        operationId: 'updateOwnAccount',
        summary: 'Update the name or the profile of the account',
        description:
          'Omitted fields stay. A new profile applies from the next attempt on, to all webhooks, where they override nothing.',
        tags,
        body: AccountInputBody,
        response: { 200: AccountBody, ...errorAnswers(400, 413, 415, 422) },
      },
    },
    async (request) => {
      const { body, caller } = request;
      const { name, profile } = body.account;
      checkAccountName(name);
      await access.updateAccount(caller.accountId, actOf(request), (current) => ({
        ...current,
        name: name ?? current.name,
        profile: profile ?? current.profile,
      }));
      return answer(caller);
    },
  );
};
