import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
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
  const reads = new Turns(READS);
  const changes = new Turns(CHANGES);
  const pace = new Pace();
  const begun = new WeakMap<FastifyRequest, Turns>();
  return {
    begin(request, reply, done) {
      const { operationId = '' } = (request.routeOptions.schema ?? {}) as { operationId?: string };
      if (WITHOUT_TURN.has(operationId)) return done();
      const { accountId } = request.caller;
      const turns = request.method === 'GET' || request.method === 'HEAD' ? reads : changes;
      const begin = () => {
        reply.raw.removeListener('close', leave);
        begun.set(request, turns);
        pace.run(accountId, done);
      };
      // The caller went away while it waited.
      const leave = () => void turns.withdraw(accountId, begin);
      reply.raw.once('close', leave);
      turns.enter(accountId, begin);
    },
    end(request, _reply, _payload, done) {
      const turns = begun.get(request);
      if (turns !== undefined) {
        begun.delete(request);
        turns.leave(request.caller.accountId);
      }
      done();
    },
  };
}
