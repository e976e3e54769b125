import { checkOrigin } from '../callers/check-origin.ts';
import { clientAddress } from '../callers/client-address.ts';
import { createTokenLookUp } from '../callers/create-token-look-up.ts';
import type { FailedLogins } from '../callers/failed-logins.ts';
import { writeSessionCookie } from '../callers/session-cookie.ts';
import { unauthorized } from '../callers/unauthorized.ts';
import { ApiError } from '../errors/api-error.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { SessionBody, SignInBody } from './session-schema.ts';
import { sessionView } from './session-view.ts';

/** A token has 200 characters at most. Nobody has shown who they are yet, so no more is read. */
const BODY_BYTES = 4_096;

/** `POST /v1/session`: exchanges a token, or a code, for a session. */
export const signIn =
  (failedLogins: FailedLogins): Routes =>
  (app, { clock, directory, publicUrl, sessions }) => {
    const lookUp = createTokenLookUp(directory);

    app.post(
      '/v1/session',
      {
        bodyLimit: BODY_BYTES,
        schema: {
          operationId: 'createSession',
          summary: 'Sign in with a browser',
          description:
            'Exchanges a token (`token`, or in `Authorization`) or a code that signs in once (`code`) for a session: an `HttpOnly` cookie that every node takes from pages of its own origin. It ends after 12 hours, with its token, and with `DELETE`. A token has 100 sessions; beyond that the oldest ends.',
          tags: ['Sessions'],
          security: [],
          body: SignInBody,
          response: { 201: SessionBody, ...errorAnswers(400, 413, 415, 422) },
        },
      },
      async (request, reply) => {
        checkOrigin(request, publicUrl, false);
        const { token: secret, code } = request.body ?? {};
        const header = request.headers.authorization;
        const given = [secret, code, header].filter((one) => one !== undefined);
        if (given.length === 0) {
          throw unauthorized(request, 'send a token, a code, or Authorization: Bearer TOKEN');
        }
        if (given.length > 1) {
          const errors = new FieldErrors();
          const field = code === undefined ? 'token' : 'code';
          errors.add(field, 'conflict', 'must be the only one of token, code and Authorization');
          errors.throwIfAny();
        }
        const tokenOf = (given: string) => lookUp.known(given) ?? lookUp.learn(given);
        const token = await (code === undefined
          ? tokenOf(header ?? `Bearer ${secret}`)
          : sessions.takeCode(code));
        if (token === undefined) {
          const message =
            code === undefined
              ? 'the token is not valid'
              : 'the code is not valid: it signs in once, within 15 minutes';
          throw failedLogins.count(request) ?? unauthorized(request, message);
        }
        if (directory.account(token.accountId)?.suspendedAt !== undefined) {
          throw new ApiError(
            'AccountSuspended',
            'this account is suspended; only an operator can resume it',
          );
        }
        if (token.role === 'metrics') {
          throw new ApiError('Forbidden', 'a token with the role metrics only reads metrics');
        }
        const made = await sessions.create(token, {
          operation: 'createSession',
          by: {
            accountId: token.accountId,
            tokenId: token.id,
            requestId: request.id,
            method: request.method,
            address: clientAddress(request),
          },
        });
        const maxAgeSeconds = Math.floor((made.expiresAtMs - clock.now()) / 1_000);
        reply.header(
          'set-cookie',
          writeSessionCookie(request, publicUrl, { text: made.text, maxAgeSeconds }),
        );
        reply.code(201);
        return { session: sessionView(directory, token, made.expiresAtMs) };
      },
    );
  };
