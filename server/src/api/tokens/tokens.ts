import { Type } from 'typebox';
import type { Role } from '../../model/account.ts';
import { isId } from '../../model/ids.ts';
import { readTokensAbove, readTokensBelow, type StoredToken } from '../../sql/read-tokens.ts';
import { accountOf } from '../callers/account-of.ts';
import { actOf } from '../callers/act-of.ts';
import type { Caller } from '../callers/caller.ts';
import { ApiError } from '../errors/api-error.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { notFound } from '../errors/not-found.ts';
import { checkName } from '../input/check-name.ts';
import { checkText } from '../input/check-text.ts';
import { paging } from '../lists/paging.ts';
import { readNewestFirst } from '../lists/read-newest-first.ts';
import { accountParameter } from '../schema/account-parameter.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { NoContent } from '../schema/no-content.ts';
import type { Routes } from '../services/routes.ts';
import {
  NewTokenBody,
  TokenInputBody,
  TokenList,
  TokenParameters,
  TokenParams,
} from './token-schema.ts';
import { tokenView } from './token-view.ts';

/** Lists, creates and revokes the tokens of an account. */
export const tokens: Routes = (app, services) => {
  const { access, database, directory } = services;
  const tags = ['Tokens'];
  const parameters = Object.keys(TokenParameters.properties);

  app.get(
    '/v1/tokens',
    {
      schema: {
        operationId: 'listTokens',
        summary: 'List tokens, newest first',
        tags,
        querystring: TokenParameters,
        response: { 200: TokenList, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const accountId = accountOf(directory, request.caller, request.query.account_id);
      const scope = { list: 'tokens', owner: accountId, sort: '' } as const;
      const pages = paging(services, scope, parameters);
      const page = await readNewestFirst<StoredToken>(
        {
          idOf: ({ id }) => id,
          below: (from, limit) => database.run(readTokensBelow, { accountId, from, limit }),
          above: (from, limit) => database.run(readTokensAbove, { accountId, from, limit }),
        },
        pages.request(request.query),
      );
      return { tokens: page.rows.map(tokenView), ...pages.answer(page, request, reply) };
    },
  );

  app.post(
    '/v1/tokens',
    {
      schema: {
        operationId: 'createToken',
        summary: 'Create a token',
        description:
          'The answer contains the secret, which is not stored and cannot be shown again. Only an operator may create tokens with the roles operator and metrics, and only in its own account.',
        tags,
        querystring: Type.Object(accountParameter),
        body: TokenInputBody,
        response: { 201: NewTokenBody, ...errorAnswers(400, 404, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const { caller, query } = request;
      const { name, role } = request.body.token;
      const accountId = accountOf(directory, caller, query.account_id);
      checkRole(caller, role);
      const errors = new FieldErrors();
      checkText('token.name', name, errors);
      checkName('token.name', name, errors);
      if (isOfOperators(role) && accountId !== caller.accountId) {
        errors.add('token.role', 'not_allowed', `must not be ${role} in another account`);
      }
      errors.throwIfAny();
      const created = await access.createToken({ accountId, name, role }, actOf(request));
      if (created === undefined) throw notFound('account', accountId, 'account_id');
      return reply
        .code(201)
        .send({ token: { ...tokenView(created.token), secret: created.secret } });
    },
  );

  app.delete(
    '/v1/tokens/:id',
    {
      schema: {
        operationId: 'revokeToken',
        summary: 'Revoke a token',
        description:
          'From the answer on, this node rejects the token; other nodes follow within milliseconds. A token may revoke itself. The last token with the role operator cannot be revoked.',
        tags,
        params: TokenParams,
        querystring: Type.Object(accountParameter),
        response: { 204: NoContent, ...errorAnswers(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const { caller, params, query } = request;
      const accountId = accountOf(directory, caller, query.account_id);
      const check = ({ role }: { role: Role }) => checkRole(caller, role);
      const revoked =
        isId(params.id) && (await access.revokeToken(accountId, params.id, actOf(request), check));
      if (!revoked) throw notFound('token', params.id);
      return reply.code(204).send();
    },
  );
};

/** What it shows or does is of all accounts. */
const isOfOperators = (role: Role) => role === 'operator' || role === 'metrics';

/** An admin who could create an operator's token would be an operator. */
function checkRole(caller: Caller, role: Role): void {
  if (!isOfOperators(role) || caller.role === 'operator') return;
  throw new ApiError(
    'Forbidden',
    `only an operator may create or revoke a token with the role ${role}`,
  );
}
