import { listNodes } from '../../nodes/list-nodes.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { NodeList } from './node-schema.ts';
import { nodeView } from './node-view.ts';

/** Lists the nodes for operators. */
export const nodes: Routes = (app, { database }) => {
  app.get(
    '/v1/nodes',
    {
      schema: {
        operationId: 'listNodes',
        summary: 'List the nodes: version, since when, load, lag',
        description:
          'Those that are up, and those that ended without a word within the last day. Of the whole database, so only operators see it.',
        tags: ['Health'],
        response: { 200: NodeList, ...errorAnswers() },
      },
    },
    async () => ({ nodes: (await listNodes(database)).map(nodeView) }),
  );
};
