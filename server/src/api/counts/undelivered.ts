import { idTimeMs } from '../../model/ids.ts';
import { readArchiveWebhooks } from '../../sql/read-archive-webhooks.ts';
import { readDeletedWebhookNames } from '../../sql/read-deleted-webhooks.ts';
import { countUndelivered, type UndeliveredGroup } from '../../trail/count-undelivered.ts';
import { namedWebhooks } from '../../trail/named-webhooks.ts';
import { type ListedWebhook, selectWebhooks } from '../../trail/select-webhooks.ts';
import { validationError } from '../errors/validation-error.ts';
import { readTrailQuery } from '../invocations/read-trail-query.ts';
import { MOST_WEBHOOKS } from '../invocations/trail-invocations.ts';
import { webhookOfTrailView } from '../invocations/webhook-of-trail-view.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { ref } from '../schema/ref.ts';
import type { Routes } from '../services/routes.ts';
import { MOST_GROUPS, Undelivered, UndeliveredParameters } from './undelivered-schema.ts';

const PARAMETERS = Object.keys(UndeliveredParameters.properties);

/** Groups what is undelivered by webhook and cause. */
export const undelivered: Routes = (app, services) => {
  app.get(
    '/v1/undelivered',
    {
      schema: {
        operationId: 'countUndelivered',
        summary: 'Count what is undelivered, by webhook and cause',
        description:
          'What waits after a failure, or ended without a success, as `state:undelivered` finds it. The cause is the error class, or the status where there is none. A query narrows it.',
        tags: ['Invocations'],
        querystring: UndeliveredParameters,
        response: { 200: ref(Undelivered), ...errorAnswers(400) },
      },
    },
    async (request) => {
      const { accountId } = request.caller;
      const { clock, database, directory } = services;
      const query = readTrailQuery(request.query, PARAMETERS, clock.now(), 'countUndelivered');
      const named = { accountId, among: namedWebhooks(query.webhooks), limit: MOST_WEBHOOKS + 1 };
      const deleted = await database.run(readDeletedWebhookNames, named);
      const archived = await database.run(readArchiveWebhooks, named);
      const webhooks = await selectWebhooks({ accountId, archived, deleted, directory }, query);
      if (webhooks.length > MOST_WEBHOOKS) {
        throw validationError('InvalidParameter', [
          {
            field: 'q',
            code: 'too_many',
            message: `the query covers more than ${MOST_WEBHOOKS} webhooks: name some with webhook:`,
          },
        ]);
      }
      const { covered, groups } = await countUndelivered(services, { query, webhooks });
      const byId = new Map(webhooks.map((one) => [one.id, one]));
      const sum = (of: 'count' | 'waiting') => groups.reduce((all, group) => all + group[of], 0);
      return {
        undelivered: groups
          .slice(0, MOST_GROUPS)
          .map((group) => groupView(group, byId.get(group.webhookId) as ListedWebhook)),
        total: {
          count: sum('count'),
          more: groups.some(({ more }) => more),
          waiting: sum('waiting'),
          groups: groups.length,
        },
        meta: { covered: { from: iso(covered.fromMs), to: iso(covered.toMs) } },
      };
    },
  );
};

const iso = (ms: number): string => new Date(ms).toISOString();

function groupView(group: UndeliveredGroup, webhook: ListedWebhook) {
  const { count, errorClass, more, newestId, oldestId, status, waiting } = group;
  return {
    webhook: webhookOfTrailView(webhook),
    ...(errorClass !== undefined && { error_class: errorClass }),
    ...(status !== undefined && { status }),
    count,
    more,
    waiting,
    oldest_at: iso(idTimeMs(oldestId)),
    newest_at: iso(idTimeMs(newestId)),
  };
}
