import { Type } from 'typebox';
import type { Routes } from '../services/routes.ts';
import { checkLines } from './check-lines.ts';

const Alive = Type.Object({ status: Type.Literal('ok') }, { description: 'OK.' });
const NotReady = Type.Object(
  { status: Type.Literal('not ready'), reason: Type.String() },
  { description: 'Not ready, and why.' },
);

const text = { schema: { type: 'string' } } as const;

/** A parameter without a value is absent from the query of a request. */
const VERBOSE = /[?&]verbose(?:=(?:1|true)?)?(?:&|$)/;

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
        description:
          'With `?verbose`, text with a line for each check: [+] ok, [!] a warning, [-] the reason why it is not ready.',
        querystring: Type.Object({
          verbose: Type.Optional(
            Type.String({ description: 'Empty, `1` or `true`: every check in its own line.' }),
          ),
        }),
        response: {
          200: {
            description: 'Ready.',
            content: { 'application/json': { schema: Alive }, 'text/plain': text },
          },
          503: {
            description: 'Not ready, and why.',
            content: { 'application/json': { schema: NotReady }, 'text/plain': text },
          },
        },
      },
    },
    async (request, reply) => {
      if (VERBOSE.test(request.url)) {
        const checks = await services.checks();
        const isReady = checks.every(({ state }) => state !== 'failed');
        return reply
          .code(isReady ? 200 : 503)
          .type('text/plain; charset=utf-8')
          .send(checkLines(checks) as never);
      }
      const reason = await services.notReadyReason();
      if (reason === undefined) return { status: 'ok' as const };
      return reply.code(503).send({ status: 'not ready' as const, reason });
    },
  );
};
