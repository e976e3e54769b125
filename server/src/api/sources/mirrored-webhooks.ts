import { isId } from '../../model/ids.ts';
import {
  type MirroredWebhookRow,
  readMirroredWebhooksAbove,
  readMirroredWebhooksBelow,
} from '../../sql/read-mirrored-webhooks.ts';
import { notFound } from '../errors/not-found.ts';
import { paging } from '../lists/paging.ts';
import { readNewestFirst } from '../lists/read-newest-first.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { MirroredWebhookList, MirroredWebhookParameters } from './mirrored-webhook-schema.ts';
import { mirroredWebhookView } from './mirrored-webhook-view.ts';
import { SourceParams } from './source-schema.ts';

const PARAMETERS = Object.keys(MirroredWebhookParameters.properties);

/** The webhooks that a source has, or had. */
export const mirroredWebhooks: Routes = (app, services) => {
  const { archive, database } = services;
  app.get(
    '/v1/sources/:id/webhooks',
    {
      schema: {
        operationId: 'listSourceWebhooks',
        summary: 'List the webhooks of a source, the one mirrored last first',
        description:
          'As the service shows them, with how far their logs are read. Those that it has no longer keep their trail.',
        tags: ['Sources'],
        params: SourceParams,
        querystring: MirroredWebhookParameters,
        response: { 200: MirroredWebhookList, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { accountId, role } = request.caller;
      const { id: sourceId } = request.params;
      const source = isId(sourceId) ? await archive.store.find(accountId, sourceId) : undefined;
      if (source === undefined) throw notFound('source', sourceId);
      const { state = '' } = request.query;
      const gone = state === '' ? null : state === 'gone';
      const scope = { list: 'source webhooks', owner: sourceId, sort: state } as const;
      const pages = paging(services, scope, PARAMETERS);
      const params = { accountId, sourceId, gone };
      const page = await readNewestFirst<MirroredWebhookRow>(
        {
          idOf: ({ id }) => id,
          below: (from, limit) =>
            database.run(readMirroredWebhooksBelow, { ...params, from, limit }),
          above: (from, limit) =>
            database.run(readMirroredWebhooksAbove, { ...params, from, limit }),
        },
        pages.request(request.query),
      );
      const webhooks = page.rows.map((row) => mirroredWebhookView(row, role));
      return { webhooks, ...pages.answer(page, request, reply) };
    },
  );
};
