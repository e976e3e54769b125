import { isId } from '../../model/ids.ts';
import {
  type ArchiveGapRow,
  readArchiveGapsAbove,
  readArchiveGapsBelow,
} from '../../sql/read-archive-gaps.ts';
import { notFound } from '../errors/not-found.ts';
import { paging } from '../lists/paging.ts';
import { readNewestFirst } from '../lists/read-newest-first.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { gapView } from './gap-view.ts';
import { GapList, GapParameters, SourceParams } from './source-schema.ts';

const PARAMETERS = Object.keys(GapParameters.properties);

/** The spans of a source of which it is unknown what finished in them. */
export const gaps: Routes = (app, services) => {
  const { archive, database } = services;
  app.get(
    '/v1/sources/:id/gaps',
    {
      schema: {
        operationId: 'listGaps',
        summary: 'List the gaps of a source, the one found last first',
        tags: ['Sources'],
        params: SourceParams,
        querystring: GapParameters,
        response: { 200: GapList, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { accountId } = request.caller;
      const { id: sourceId } = request.params;
      const source = isId(sourceId) ? await archive.store.find(accountId, sourceId) : undefined;
      if (source === undefined) throw notFound('source', sourceId);
      const pages = paging(services, { list: 'gaps', owner: sourceId, sort: '' }, PARAMETERS);
      const params = { accountId, sourceId };
      const page = await readNewestFirst<ArchiveGapRow>(
        {
          idOf: ({ id }) => id,
          below: (from, limit) => database.run(readArchiveGapsBelow, { ...params, from, limit }),
          above: (from, limit) => database.run(readArchiveGapsAbove, { ...params, from, limit }),
        },
        pages.request(request.query),
      );
      return { gaps: page.rows.map(gapView), ...pages.answer(page, request, reply) };
    },
  );
};
