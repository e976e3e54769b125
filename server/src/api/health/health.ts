import { Type } from 'typebox';
import type { Routes } from '../services/routes.ts';

const Alive = Type.Object({ status: Type.Literal('ok') }, { description: 'OK.' });
const NotReady = Type.Object(
  { status: Type.Literal('not ready'), reason: Type.String() },
  { description: 'Not ready, and why.' },
);

/** `GET /healthz`: is the process alive? `GET /readyz`: can the node serve requests? */
export const health: Routes = (app, services) => {
  app.get(
    '/healthz',
    {
      schema: {
        operationId: 'isAlive',
        summary: 'Check that the process is alive',
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
        summary: 'Check that the node is ready: database reachable and migrated, not draining',
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
