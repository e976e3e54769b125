import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Account } from '../../model/account.ts';
import { rulesOf } from '../../model/rules-of.ts';
import { listInvocations } from '../../trail/list-invocations.ts';
import { opensAt, readGates } from '../../trail/read-gates.ts';
import type { WebhookOfTrail } from '../callers/find-webhook-of-trail.ts';
import { parseRange } from '../input/parse-range.ts';
import { paging } from '../lists/paging.ts';
import { invocationView, isHeldBack } from '../schema/invocation-view.ts';
import type { Services } from '../services/services.ts';
import { type InvocationList, InvocationParameters } from './invocation-schema.ts';

const PARAMETERS = Object.keys(InvocationParameters.properties);

/** Reads the page that a request asks for. */
export async function readInvocationsPage(
  services: Services,
  request: FastifyRequest & { readonly query: Static<typeof InvocationParameters> },
  reply: FastifyReply,
  found: WebhookOfTrail,
): Promise<Static<typeof InvocationList>> {
  const { id: webhookId, webhook } = found;
  const { query } = request;
  const range = parseRange(query);
  const descending = query.sort !== 'latest_completed_at';
  const pages = paging(
    services,
    {
      list: 'invocations',
      owner: webhookId,
      sort: descending ? '-latest_completed_at' : 'latest_completed_at',
    },
    PARAMETERS,
  );
  const status = query['filter[status]'];
  const asked = pages.request(query);
  const page = await listInvocations(services, {
    webhook: found,
    filters: { status },
    ...range,
    descending,
    page: asked,
  });
  // Nothing is held back behind the gates of a deleted webhook: it ends when its turn comes.
  const held = webhook !== undefined && page.rows.some(isHeldBack);
  const gates =
    held &&
    (await readGates(
      services.database,
      webhookId,
      rulesOf(webhook, services.directory.account(webhook.accountId) as Account),
    ));
  return {
    invocations: page.rows.map((row) =>
      invocationView(webhookId, row, gates ? opensAt(gates) : undefined),
    ),
    ...pages.answer(page, request, reply),
  };
}
