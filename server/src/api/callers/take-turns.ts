import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { Activity } from '../../shares/activity.ts';
import { Pace } from '../../shares/pace.ts';
import { Turns } from '../../shares/turns.ts';
import { ApiError } from '../errors/api-error.ts';

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
  'showJobFile',
]);

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Gives the turn back while `work` waits for something other than the database, and waits for another
     * one afterwards. It throws if the caller went away meanwhile: nobody would learn what was changed. Set
     * on every route under `/api/v2` and `/v1`.
     */
    outOfTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  }
}

interface Hooks {
  /** Waits for the turn of the caller's account. */
  begin(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void;
  end(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: HookHandlerDoneFunction,
  ): void;
  outOfTurn<Result>(this: FastifyRequest, work: () => Promise<Result>): Promise<Result>;
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
  const begun = new WeakMap<FastifyRequest, { turns: Turns; reply: FastifyReply; atMs: number }>();

  function enter(
    turns: Turns,
    request: FastifyRequest,
    reply: FastifyReply,
    done: () => void,
    gone: () => void = () => undefined,
  ): void {
    if (reply.raw.destroyed) {
      gone();
      return;
    }
    const { accountId } = request.caller;
    const begin = () => {
      reply.raw.removeListener('close', withdraw);
      begun.set(request, { turns, reply, atMs: performance.now() });
      pace.run(accountId, done);
    };
    // The caller went away while it waited.
    const withdraw = () => {
      turns.withdraw(accountId, begin);
      gone();
    };
    reply.raw.once('close', withdraw);
    turns.enter(accountId, begin);
  }

  function leave(request: FastifyRequest) {
    const task = begun.get(request);
    if (task === undefined) return undefined;
    begun.delete(request);
    task.turns.leave(request.caller.accountId, performance.now() - task.atMs);
    return task;
  }

  return {
    begin(request, reply, done) {
      const { operationId = '' } = (request.routeOptions.schema ?? {}) as { operationId?: string };
      activity.note(request.caller.accountId);
      if (WITHOUT_TURN.has(operationId)) return done();
      const turns = request.method === 'GET' || request.method === 'HEAD' ? reads : changes;
      enter(turns, request, reply, done);
    },
    end(request, _reply, _payload, done) {
      leave(request);
      done();
    },
    async outOfTurn(work) {
      const task = leave(this);
      const result = await work();
      if (task === undefined) return result;
      const { reply, turns } = task;
      await new Promise<void>((begin, reject) => {
        const gone = () => reject(new ApiError('Unavailable', 'the caller went away'));
        enter(turns, this, reply, begin, gone);
      });
      return result;
    },
  };
}
