import type { Static } from 'typebox';
import type { Account } from '../../model/account.ts';
import { DEFAULT_KEYS } from '../../model/search-key.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import { actOf } from '../callers/act-of.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { AccountKeys, AccountKeysInput } from './account-keys-schema.ts';
import { checkKeys } from './check-keys.ts';

/**
 * A new key counts from a moment later. What was matched before the change was committed was created
 * before it; a change takes milliseconds, and is made again in the rare case that it took longer.
 */
const AHEAD_MS = SECOND_MS;

/** Shows and replaces the keys of the account of the token. */
export const accountKeys: Routes = (app, { access, clock, directory }) => {
  const tags = ['Account'];

  const answer = (accountId: number): Static<typeof AccountKeys> => {
    // Tokens are loaded together with their accounts, so every caller has one.
    const { keys } = directory.account(accountId) as Account;
    return {
      keys: keys.map(({ name, sinceMs }) => ({
        key: name,
        since: new Date(sinceMs).toISOString(),
      })),
    };
  };

  app.get(
    '/v1/account/keys',
    {
      schema: {
        operationId: 'showKeys',
        summary: 'Show the keys by which events are found',
        description: `By default ${DEFAULT_KEYS.map((key) => `\`${key}\``).join(' and ')}.`,
        tags,
        response: { 200: AccountKeys, ...errorAnswers() },
      },
    },
    async ({ caller }) => answer(caller.accountId),
  );

  app.put(
    '/v1/account/keys',
    {
      schema: {
        operationId: 'replaceKeys',
        summary: 'Replace the keys by which events are found',
        description:
          'Applies to events from now on: `since` says from when. A key that was there before keeps its `since`; one that comes back later begins again.',
        tags,
        body: AccountKeysInput,
        response: { 200: AccountKeys, ...errorAnswers(400, 413, 415, 422) },
      },
    },
    async (request) => {
      const { accountId } = request.caller;
      const names = checkKeys(request.body.keys);
      const added = new Set<string>();
      for (;;) {
        const sinceMs = clock.now() + AHEAD_MS;
        await access.updateAccount(accountId, actOf(request), (current) => ({
          ...current,
          keys: names.map((name) => {
            const known = current.keys.find((key) => key.name === name);
            if (known !== undefined && !added.has(name)) return known;
            added.add(name);
            return { name, sinceMs };
          }),
        }));
        if (added.size === 0 || clock.now() <= sinceMs) return answer(accountId);
      }
    },
  );
};
