import { Type } from 'typebox';
import type { Routes } from '../services/routes.ts';

const Alive = Type.Object({ status: Type.Literal('ok') }, { description: 'Yes.' });
const NotReady = Type.Object(
  { status: Type.Literal('not ready'), reason: Type.String() },
  { description: 'Not now, and why.' },
);

/** `GET /healthz`: the process runs. `GET /readyz`: it can do its work. */
export const health: Routes = (app, services) => {
  app.get(
    '/healthz',
    {
      schema: {
        operationId: 'isAlive',
        summary: 'Whether the process runs',
        tags: ['Health'],
        security: [],
        response: { 200: Alive },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'isReady',
        summary: 'Whether the node can work: database reachable, migrated, not draining',
        tags: ['Health'],
        security: [],
        response: { 200: Alive, 503: NotReady },
      },
    },
    async (_request, reply) => {
      const reason = await services.notReadyReason();
      if (reason === undefined) return { status: 'ok' as const };
      return reply.code(503).send({ status: 'not ready' as const, reason });
    },
  );
};
