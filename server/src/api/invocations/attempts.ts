import type { Role } from '../../model/account.ts';
import type { AttemptRow } from '../../sql/read-attempts.ts';
import { listAttempts, type Payload } from '../../trail/list-attempts.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { notFound } from '../errors/not-found.ts';
import { paging } from '../lists/paging.ts';
import { zendeskErrorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { attemptView } from './attempt-view.ts';
import {
  type Attempt,
  AttemptList,
  AttemptParameters,
  InvocationParams,
} from './invocation-schema.ts';

/** Lists the attempts of an invocation. */
export const attempts: Routes = (app, services) => {
  const parameters = Object.keys(AttemptParameters.properties);

  app.get(
    '/api/v2/webhooks/:id/invocations/:invocation_id/attempts',
    {
      schema: {
        operationId: 'listAttempts',
        summary: 'List the attempts of an invocation, newest first',
        description:
          'A page ends early at 8 MiB: follow the links, or `meta.after_cursor`, until it is absent.',
        tags: ['Invocations'],
        params: InvocationParams,
        querystring: AttemptParameters,
        response: { 200: AttemptList, ...zendeskErrorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { caller, params, query } = request;
      const { id, invocation_id: invocationId } = params;
      const webhook = findWebhook(services.directory, caller, id);
      const pages = paging(
        services,
        { list: 'attempts', owner: `${webhook.id}/${invocationId}`, sort: '' },
        parameters,
      );
      const views = viewsOf(invocationId, caller.role);
      const found = await listAttempts(services, {
        webhookId: webhook.id,
        invocationId,
        page: pages.request(query),
        sizeOf: (row, payload) => Buffer.byteLength(JSON.stringify(views(row, payload))),
      });
      if (found === undefined) throw notFound('invocation', invocationId);
      const { page, gone, payload } = found;
      const { meta, links } = pages.answer(page, request, reply);
      const single = links.next === undefined && links.prev === undefined;
      return {
        attempts: page.rows.map((row) => views(row, payload)),
        meta,
        ...(!single && { links }),
        ...(gone && { attempts_gone: true }),
      };
    },
  );
};

/** Makes the view of each row once: it is measured, then answered. */
function viewsOf(
  invocationId: string,
  role: Role,
): (row: AttemptRow, payload: Payload | undefined) => Attempt {
  const made = new Map<AttemptRow, Attempt>();
  return (row, payload) => {
    let view = made.get(row);
    if (view === undefined) {
      view = attemptView(invocationId, row, payload, role);
      made.set(row, view);
    }
    return view;
  };
}
