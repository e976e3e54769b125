import { Type } from 'typebox';
import { writeAudit } from '../../directory/audit/write-audit.ts';
import type { HeaderList } from '../../http-client/header-list.ts';
import { isId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import { shownRequestHeaders } from '../../secrets/shown-request-headers.ts';
import { readRequestHeaders } from '../../sql/read-request-headers.ts';
import { actOf } from '../callers/act-of.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { ApiError } from '../errors/api-error.ts';
import { notFound } from '../errors/not-found.ts';
import { CLOSED } from '../schema/closed.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { HeaderPairs, headerPairs } from '../schema/header-pairs.ts';
import type { Routes } from '../services/routes.ts';
import { InvocationParams } from './invocation-schema.ts';
import { requireInvocation } from './require-invocation.ts';

const AttemptParams = Type.Object({
  ...InvocationParams.properties,
  attempt_id: Type.String({ description: 'The id of an attempt.' }),
});

/** Reveals the custom headers of an attempt, and writes that to the audit. */
export const revealHeaders: Routes = (app, services) => {
  app.post(
    '/v1/webhooks/:id/invocations/:invocation_id/attempts/:attempt_id/reveal',
    {
      schema: {
        operationId: 'revealHeaders',
        summary: 'Reveal the custom headers of an attempt',
        description:
          'Answers the request headers with all values of custom headers, as they were sent. Credentials of the authentication stay masked: the trail does not have them. Writes an audit row first. No body.',
        tags: ['Invocations'],
        params: AttemptParams,
        response: {
          200: Type.Object(
            { request: Type.Object({ headers: HeaderPairs }, CLOSED) },
            { ...CLOSED, description: 'The request headers of the attempt.' },
          ),
          ...errorAnswers(404),
        },
      },
    },
    async (request) => {
      const { caller, params } = request;
      const { clock, database, directory, headerBox } = services;
      const webhook = findWebhook(directory, caller, params.id);
      const { id: invocationId } = await requireInvocation(
        services,
        { id: webhook.id, family: 'local' },
        params.invocation_id,
      );
      const id = params.attempt_id;
      if (!isId(id)) throw notFound('attempt', id);
      const [row] = await database.run(readRequestHeaders, {
        lane: laneOf(webhook.id),
        invocationId,
        id,
      });
      if (row === undefined) throw notFound('attempt', id);
      const { request_headers: text } = row;
      if (text === null) {
        throw new ApiError('RecordNotFound', 'the headers of this attempt were erased');
      }
      await writeAudit(database, clock, {
        accountId: caller.accountId,
        act: actOf(request),
        targetType: 'invocation',
        targetId: invocationId,
        after: { attempt: row.number },
      });
      const headers = JSON.parse(text) as HeaderList;
      return { request: { headers: headerPairs(shownRequestHeaders(headers, headerBox, 'all')) } };
    },
  );
};
