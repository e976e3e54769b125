import type { Token } from '../../model/account.ts';
import { actOf } from '../callers/act-of.ts';
import type { Caller } from '../callers/caller.ts';
import { writeSessionCookie } from '../callers/session-cookie.ts';
import { ApiError } from '../errors/api-error.ts';
import { baseUrl } from '../lists/base-url.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { NoContent } from '../schema/no-content.ts';
import type { Routes } from '../services/routes.ts';
import { CodeBody, SessionBody } from './session-schema.ts';
import { sessionView } from './session-view.ts';

/** Who asks, signing out, and links that sign in once. */
export const ownSession: Routes = (app, { directory, publicUrl, sessions }) => {
  const tags = ['Sessions'];

  /** Its token may have gone since the request was admitted. */
  const tokenOf = ({ tokenId }: Caller): Token => {
    const token = directory.tokenById(tokenId);
    if (token === undefined) throw new ApiError('Unauthorized', 'the token was revoked');
    return token;
  };

  app.get(
    '/v1/session',
    {
      schema: {
        operationId: 'showSession',
        summary: 'Show who asks',
        description: 'The account, the token and its role, by session or by token.',
        tags,
        response: { 200: SessionBody, ...errorAnswers() },
      },
    },
    async ({ caller }) => {
      const { session } = caller;
      const expiresAtMs = session === undefined ? undefined : sessions.expiresAtMs(session);
      return { session: sessionView(directory, tokenOf(caller), expiresAtMs) };
    },
  );

  app.delete(
    '/v1/session',
    {
      schema: {
        operationId: 'endSession',
        summary: 'Sign out',
        description:
          'Ends the session on every node and removes the cookie. With a token there is no session to end, and nothing happens.',
        tags,
        response: { 204: NoContent, ...errorAnswers() },
      },
    },
    async (request, reply) => {
      const { caller } = request;
      if (caller.session !== undefined) {
        await sessions.end(caller.session, tokenOf(caller), actOf(request));
        reply.header('set-cookie', writeSessionCookie(request, publicUrl, undefined));
      }
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/session/code',
    {
      schema: {
        operationId: 'createSignInCode',
        summary: 'Make a link that signs in once',
        description:
          'The link opens the console with the token of this call. It works once, for 15 minutes, on any node. A token has 100 unused codes; beyond that the oldest ends. No body.',
        tags,
        response: { 201: CodeBody, ...errorAnswers() },
      },
    },
    async (request, reply) => {
      const made = await sessions.createCode(tokenOf(request.caller), actOf(request));
      reply.code(201);
      return {
        sign_in: {
          code: made.text,
          // In the fragment, which browsers send to nobody and proxies do not log.
          url: `${baseUrl(publicUrl, request)}/console/#code=${made.text}`,
          expires_at: new Date(made.expiresAtMs).toISOString(),
        },
      };
    },
  );
};
