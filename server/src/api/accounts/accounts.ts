import type { Account } from '../../model/account.ts';
import { firstIdAt, idTimeMs } from '../../model/ids.ts';
import type { StoredAccount } from '../../sql/read-accounts.ts';
import { readAccount, readAccountsAbove, readAccountsBelow } from '../../sql/read-accounts.ts';
import { actOf } from '../callers/act-of.ts';
import { notFound } from '../errors/not-found.ts';
import { validationError } from '../errors/validation-error.ts';
import { paging } from '../lists/paging.ts';
import { readNewestFirst } from '../lists/read-newest-first.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import {
  AccountBody,
  AccountInputBody,
  AccountList,
  AccountParameters,
  AccountParams,
  AccountPatchBody,
} from './account-schema.ts';
import { accountView } from './account-view.ts';
import { checkAccountName } from './check-account-name.ts';
import { parseAccountId } from './parse-account-id.ts';

/** Lists, creates, shows, renames, suspends and resumes accounts. Operators only. */
export const accounts: Routes = (app, services) => {
  const { access, clock, database } = services;
  const tags = ['Accounts'];
  const parameters = Object.keys(AccountParameters.properties);

  app.get(
    '/v1/accounts',
    {
      schema: {
        operationId: 'listAccounts',
        summary: 'List accounts, newest first',
        tags,
        querystring: AccountParameters,
        response: { 200: AccountList, ...errorAnswers(400) },
      },
    },
    async (request, reply) => {
      const scope = { list: 'accounts', owner: request.caller.accountId, sort: '' } as const;
      const pages = paging(services, scope, parameters);
      const page = await readNewestFirst<StoredAccount>(
        {
          // Positions are ids, and accounts have numbers: encode the number as the time of an id.
          idOf: ({ id }) => firstIdAt(id),
          below: (id, limit) => database.run(readAccountsBelow, { from: idTimeMs(id), limit }),
          above: (id, limit) => database.run(readAccountsAbove, { from: idTimeMs(id), limit }),
        },
        pages.request(request.query),
      );
      return { accounts: page.rows.map(accountView), ...pages.answer(page, request, reply) };
    },
  );

  app.post(
    '/v1/accounts',
    {
      schema: {
        operationId: 'createAccount',
        summary: 'Create an account',
        description:
          'The new account has no tokens: create its first one with `POST /v1/tokens?account_id=ID`.',
        tags,
        body: AccountInputBody,
        response: { 201: AccountBody, ...errorAnswers(400, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const { name, profile = 'durable' } = request.body.account;
      checkAccountName(name);
      const account = await access.createAccount({ name, profile }, actOf(request));
      return reply.code(201).send({ account: accountView(account) });
    },
  );

  app.get(
    '/v1/accounts/:id',
    {
      schema: {
        operationId: 'showAccount',
        summary: 'Show an account',
        tags,
        params: AccountParams,
        response: { 200: AccountBody, ...errorAnswers(404) },
      },
    },
    async ({ params }) => {
      const id = parseAccountId(params.id);
      const [account] = id === undefined ? [] : await database.run(readAccount, id);
      if (account === undefined) throw notFound('account', params.id);
      return { account: accountView(account) };
    },
  );

  app.patch(
    '/v1/accounts/:id',
    {
      schema: {
        operationId: 'patchAccount',
        summary: 'Rename, suspend or resume an account',
        description:
          'While an account is suspended, its tokens get 403 and its invocations wait; nothing is lost. An operator cannot suspend its own account.',
        tags,
        params: AccountParams,
        body: AccountPatchBody,
        response: { 200: AccountBody, ...errorAnswers(400, 404, 413, 415, 422) },
      },
    },
    async (request) => {
      const { caller, params } = request;
      const { name, suspended } = request.body.account;
      checkAccountName(name);
      const id = parseAccountId(params.id);
      if (suspended === true && id === caller.accountId) {
        throw validationError('InvalidBody', [
          {
            field: 'account.suspended',
            code: 'not_allowed',
            message:
              'account.suspended must not be true for your own account: you could not resume it',
          },
        ]);
      }
      const change = (current: Account): Account => ({
        ...current,
        name: name ?? current.name,
        suspendedAt: suspendedAt(current.suspendedAt, suspended),
      });
      const changed =
        id === undefined ? undefined : await access.updateAccount(id, actOf(request), change);
      if (changed === undefined) throw notFound('account', params.id);
      return { account: accountView(changed) };
    },
  );

  /** Suspending a suspended account keeps the first time. */
  function suspendedAt(current: Date | undefined, asked: boolean | undefined): Date | undefined {
    if (asked === undefined) return current;
    return asked ? (current ?? new Date(clock.now())) : undefined;
  }
};
