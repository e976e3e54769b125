import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { Activity } from '../../shares/activity.ts';
import { Pace } from '../../shares/pace.ts';
import { Turns } from '../../shares/turns.ts';

/** Requests that read, at once: the connections to the database that lists have. */
const READS = 6;

/** Requests that change something, at once. They share their connections with the deliveries. */
const CHANGES = 4;

/** These wait for each other elsewhere: for a commit, for a request in flight, and for a search. */
const WITHOUT_TURN = new Set([
  'publishEvent',
  'publishEvents',
  'invokeWebhook',
  'testWebhook',
  'search',
  'followFeed',
]);

interface Hooks {
  /** Waits for the turn of the caller's account. */
  begin(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void;
  end(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: HookHandlerDoneFunction,
  ): void;
}

/**
 * Makes the hooks that let accounts take turns with the database: without them, the lists of one
 * account would keep all connections, and those of others would wait behind them. An account begins
 * one such request in each turn of the event loop.
 */
export function takeTurns(): Hooks {
  const activity = new Activity();
  const reads = new Turns(READS, activity);
  const changes = new Turns(CHANGES);
  const pace = new Pace();
  const begun = new WeakMap<FastifyRequest, { turns: Turns; atMs: number }>();
  return {
    begin(request, reply, done) {
      const { operationId = '' } = (request.routeOptions.schema ?? {}) as { operationId?: string };
      const { accountId } = request.caller;
      activity.note(accountId);
      if (WITHOUT_TURN.has(operationId)) return done();
      const turns = request.method === 'GET' || request.method === 'HEAD' ? reads : changes;
      const begin = () => {
        reply.raw.removeListener('close', leave);
        begun.set(request, { turns, atMs: performance.now() });
        pace.run(accountId, done);
      };
      // The caller went away while it waited.
      const leave = () => void turns.withdraw(accountId, begin);
      reply.raw.once('close', leave);
      turns.enter(accountId, begin);
    },
    end(request, _reply, _payload, done) {
      const task = begun.get(request);
      if (task !== undefined) {
        begun.delete(request);
        task.turns.leave(request.caller.accountId, performance.now() - task.atMs);
      }
      done();
    },
  };
}
