import type { FastifyRequest, preHandlerHookHandler } from 'fastify';
import { Type } from 'typebox';
import { keptHeaders } from '../../inboxes/kept-headers.ts';
import { toPublication } from '../../inboxes/to-publication.ts';
import { verifyReceived } from '../../inboxes/verify-received.ts';
import type { Inbox } from '../../model/inbox.ts';
import { tokenHash } from '../../secrets/token-hash.ts';
import type { FailedLogins } from '../callers/failed-logins.ts';
import type { RequestRates } from '../callers/request-rates.ts';
import { ApiError } from '../errors/api-error.ts';
import { parseRawJson } from '../input/parse-raw-json.ts';
import { rawBody, takeRawBodies } from '../input/raw-body.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { TRACE_HEADERS } from '../schema/trace-headers.ts';
import type { App, Routes } from '../services/routes.ts';
import { ReceivedBody } from './inbox-schema.ts';

interface Parts {
  readonly failedLogins: FailedLogins;
  readonly rates: RequestRates;
  /** Shares requests in progress, and memory for their bodies, among accounts. */
  readonly shareRequests: preHandlerHookHandler;
}

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i;

/**
 * `POST /in/{token}`: the address of an inbox. The token in the path says which inbox it is, and the
 * signature whether the request is from its sender. Unknown tokens and wrong signatures count as failed
 * logins, and only what is verified counts for the rates of the account: whoever knows an address and no
 * secret cannot use them up.
 */
export const receiveWebhook =
  ({ failedLogins, rates, shareRequests }: Parts): Routes =>
  (app, { acceptor, clock, directory }) => {
    const found = new WeakMap<FastifyRequest, Inbox>();

    void app.register(async (scope: App) => {
      takeRawBodies(scope, 'application/json', JSON_TYPE);
      // Before the body is read.
      scope.addHook('onRequest', async (request) => {
        const { token } = request.params as { token: string };
        const hash = tokenHash(token);
        const isUnknown = directory.inboxByHash(hash) === undefined;
        if (isUnknown) await directory.learnSecret(hash);
        const held = directory.inboxByHash(hash);
        const inbox = held?.inbox;
        const isOver =
          held?.isPrevious === true && (inbox?.previousUntil?.getTime() ?? 0) <= clock.now();
        if (inbox === undefined || isOver) {
          throw (
            failedLogins.count(request) ??
            new ApiError('RecordNotFound', 'there is no inbox at this address')
          );
        }
        const { accountId, id } = inbox;
        if (directory.account(accountId)?.suspendedAt !== undefined) {
          throw new ApiError(
            'AccountSuspended',
            'this account is suspended; only an operator can resume it',
          );
        }
        request.caller = { accountId, tokenId: id, role: 'publish' };
        found.set(request, inbox);
      });
      scope.addHook('onRequest', shareRequests);
      scope.post(
        '/in/:token',
        {
          schema: {
            operationId: 'receiveWebhook',
            summary: 'Receive a webhook',
            description:
              'The address of an inbox. A request that is signed as the inbox demands is published as an event of the account, byte for byte as it arrived. When the answer arrives, the event and its invocations are stored. One with an id that the inbox received within 7 days gets the first answer, and delivers nothing twice.',
            tags: ['Inboxes'],
            security: [],
            params: Type.Object({
              token: Type.String({ description: 'The token of an inbox, from its address.' }),
            }),
            headers: Type.Object(TRACE_HEADERS),
            body: Type.Unknown({ description: 'Any JSON.' }),
            response: { 200: ReceivedBody, ...errorAnswers(400, 404, 409, 413, 415) },
          },
        },
        async (request, reply) => {
          const inbox = found.get(request) as Inbox;
          const received = { headers: request.headers, body: rawBody(request) };
          const verified = verifyReceived(inbox, received, clock.now());
          if (!verified.valid) {
            throw (
              failedLogins.count(request) ??
              new ApiError('Unauthorized', verified.explanation, {
                headers: { 'www-authenticate': 'Signature realm="hooktrail"' },
              })
            );
          }
          const { accountId, id } = inbox;
          rates.take({ accountId, id, kind: 'inbox' }, reply);
          const json = parseRawJson(received.body.toString(), 'the body');
          const kept = keptHeaders(request.raw.rawHeaders, request.params.token);
          const publication = toPublication(
            inbox,
            { ...received, kept },
            json,
            verified,
            clock.now(),
          );
          const { event, idempotency } = publication;
          const answer = await acceptor.publish(accountId, event, idempotency);
          return { event: { id: answer.event.id } };
        },
      );
    });
  };
