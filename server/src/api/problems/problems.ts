import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { ProblemList } from './problem-schema.ts';
import { problemView } from './problem-view.ts';

/** Lists what is wrong with an account now. */
export const problems: Routes = (app, services) => {
  app.get(
    '/v1/problems',
    {
      schema: {
        operationId: 'listProblems',
        summary: 'List what is wrong now: breakers, jobs, failing webhooks, sources, backlogs',
        description:
          'From the memory of the node, from rollups and two small statements: it costs the same however much the trail holds, and all who ask within 2 seconds get one answer, unless webhooks of the account change. Breakers and backlogs are what this node knows: at most 32 seconds old.',
        tags: ['Webhooks'],
        response: { 200: ProblemList, ...errorAnswers() },
      },
    },
    async ({ caller }) => {
      const found = await services.problems.of(caller.accountId);
      return {
        problems: found.problems.map((problem) => problemView(problem, found.atMs)),
        counts: found.counts,
        meta: {
          at: new Date(found.atMs).toISOString(),
          webhooks: found.webhooks,
          counted: found.counted,
        },
      };
    },
  );
};
