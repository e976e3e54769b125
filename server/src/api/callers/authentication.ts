import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import type { Token } from '../../model/account.ts';
import { ApiError } from '../errors/api-error.ts';
import type { Services } from '../services/services.ts';
import { checkOrigin } from './check-origin.ts';
import { createTokenLookUp } from './create-token-look-up.ts';
import type { FailedLogins } from './failed-logins.ts';
import type { RequestRates } from './request-rates.ts';
import { readSessionCookie } from './session-cookie.ts';
import { unauthorized } from './unauthorized.ts';

/**
 * Makes the hook that authenticates the caller and checks rate limits, suspension and role.
 */
export function authentication(
  { directory, publicUrl, sessions }: Pick<Services, 'directory' | 'publicUrl' | 'sessions'>,
  failedLogins: FailedLogins,
  rates: RequestRates,
): (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => void {
  const lookUp = createTokenLookUp(directory);
  /** Limits failed logins only. Valid credentials always pass: see docs/access.md, "Limits". */
  const rejection = (request: FastifyRequest, ofCookie: boolean): ApiError => {
    if (!ofCookie && request.headers.authorization === undefined) {
      return unauthorized(
        request,
        'this operation requires an API token: send Authorization: Bearer TOKEN, or Basic with EMAIL/token:TOKEN',
      );
    }
    return failedLogins.count(request) ?? unauthorized(request, 'the credentials are not valid');
  };

  const admit = (token: Token, request: FastifyRequest, reply: FastifyReply): void => {
    const { accountId, id: tokenId, role } = token;
    rates.take({ accountId, id: tokenId, kind: 'token' }, reply);
    if (directory.account(accountId)?.suspendedAt !== undefined) {
      throw new ApiError(
        'AccountSuspended',
        'this account is suspended; only an operator can resume it',
      );
    }
    if (!request.routeOptions.config.roles?.has(role)) {
      throw new ApiError('Forbidden', `a token with the role ${role} may not call this operation`);
    }
    request.caller = { accountId, tokenId, role };
  };

  const admitSession = async (session: string, request: FastifyRequest, reply: FastifyReply) => {
    if (!sessions.isOurs(session)) throw rejection(request, true);
    const { method, headers, routeOptions } = request;
    const { operationId } = (routeOptions.schema ?? {}) as { operationId?: string };
    const reads = method === 'GET' || method === 'HEAD';
    // By plain http from another machine a browser says neither with a GET; then the type must be
    // that of streams, which no image and no link asks for.
    const opens =
      operationId === 'followFeed' && !(headers.accept ?? '').includes('text/event-stream');
    checkOrigin(request, publicUrl, !reads || opens);
    const token = await sessions.find(session);
    if (token === undefined) {
      throw unauthorized(request, 'the session has ended: sign in again');
    }
    admit(token, request, reply);
    request.caller = { ...request.caller, session };
  };

  const admitNew = async (header: string, request: FastifyRequest, reply: FastifyReply) => {
    const token = await lookUp.learn(header);
    if (token === undefined) throw rejection(request, false);
    admit(token, request, reply);
  };

  return (request, reply, done) => {
    const header = request.headers.authorization;
    const session = header === undefined ? readSessionCookie(request, publicUrl) : undefined;
    if (session !== undefined) {
      void admitSession(session, request, reply).then(
        () => done(),
        (error: Error) => done(error),
      );
      return;
    }
    if (header === undefined) throw rejection(request, false);
    const token = lookUp.known(header);
    if (token === undefined) {
      void admitNew(header, request, reply).then(
        () => done(),
        (error: Error) => done(error),
      );
      return;
    }
    admit(token, request, reply);
    done();
  };
}
