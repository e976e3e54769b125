import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import { type BegunRead, type SharedAnswer, SharedAnswers } from './shared-answers.ts';

/**
 * What an open screen asks for again and again. Each answer depends on the account, the role and the URL
 * only; none is recorded in the audit. What only admins see, as the values of custom headers, is shared among
 * admins only: the role is part of the key.
 */
const SHARED = new Set([
  'countInvocations',
  'countUndelivered',
  'listAlertMutes',
  'listAlertRoutes',
  'listAlerts',
  'listAllInvocations',
  'listEvents',
  'listGaps',
  'listInvocationAttempts',
  'listJobs',
  'listNodes',
  'listProblems',
  'listReconciledInvocations',
  'listSkipped',
  'listSourceWebhooks',
  'listSources',
  'listWebhooks',
  'reconcileSource',
  'showAlert',
  'showDeliveryRules',
  'showEvent',
  'showInvocationById',
  'showJob',
  'showSource',
  'showStorage',
  'showWebhook',
  'showWebhookHealth',
]);

/** Nobody who looks at a screen wants anything older. */
const MAX_AGE_MS = MINUTE_MS;

/** A page of 100 invocations has some 60 KB. A longer answer would push out those of many screens. */
const LONGEST = 512 * 1024;

/** What an answer has beside its body and what every answer has. */
const OWN_HEADERS = ['content-type', 'link'];

interface Hooks {
  /** Answers from what another caller was answered, where this one accepts its age. */
  begin(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void;
  end(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: HookHandlerDoneFunction,
  ): void;
}

/**
 * Makes the hooks that share answers among the callers of an account. A caller that accepts an answer of
 * some age, by `Cache-Control: max-age`, gets one that is no older, or that of a read in progress: fifty
 * open consoles on one view cost the database what one does. Any other caller reads for itself.
 *
 * @param keptBytes Memory for answers, of a few kilobytes each.
 */
export function shareAnswers(keptBytes: number): Hooks {
  const answers = new SharedAnswers({
    bytes: keptBytes,
    longest: LONGEST,
    keptMs: MAX_AGE_MS,
    nowMs: () => performance.now(),
  });
  const begun = new WeakMap<FastifyRequest, BegunRead>();

  const read = (request: FastifyRequest, reply: FastifyReply, key: string, done: () => void) => {
    const mine = answers.begin(key);
    begun.set(request, mine);
    // The caller went away while it waited for its turn: whoever waits for it reads for itself.
    reply.raw.once('close', () => answers.end(mine));
    done();
  };

  return {
    begin(request, reply, done) {
      const maxAgeMs = acceptedAgeMs(request);
      if (maxAgeMs === 0) return done();
      const key = keyOf(request);
      const found = answers.find(key, maxAgeMs);
      if (found !== undefined) return send(reply, found.answer, found.ageMs);
      const other = answers.begun(key, maxAgeMs);
      if (other === undefined) return read(request, reply, key, done);
      void other.ended.then((answer) => {
        if (reply.raw.destroyed) return;
        if (answer !== undefined) send(reply, answer, performance.now() - other.atMs);
        // It failed. Waiting for the next one, which fails too, would take as long again for each.
        else done();
      });
    },

    end(request, reply, payload, done) {
      const mine = begun.get(request);
      if (mine !== undefined) {
        begun.delete(request);
        answers.end(mine, shareable(reply, payload));
      }
      done();
    },
  };
}

function shareable(reply: FastifyReply, payload: unknown): SharedAnswer | undefined {
  if (reply.statusCode !== 200 || typeof payload !== 'string') return undefined;
  const headers: Record<string, string | string[]> = {};
  for (const name of OWN_HEADERS) {
    const value = reply.getHeader(name) as string | string[] | undefined;
    if (value !== undefined) headers[name] = value;
  }
  return { body: payload, headers };
}

function send(reply: FastifyReply, { body, headers }: SharedAnswer, ageMs: number): void {
  // Rounded up: the answer is no younger than it says.
  void reply
    .headers(headers)
    .header('age', Math.ceil(ageMs / SECOND_MS))
    .send(body);
}

/** Links of an answer name the host of the request. */
function keyOf({ caller, host, protocol, url }: FastifyRequest): string {
  return `${caller.accountId} ${caller.role} ${protocol} ${host} ${url}`;
}

/** How old an answer the caller accepts; 0: it wants its own. */
function acceptedAgeMs({ headers, method, routeOptions }: FastifyRequest): number {
  const control = headers['cache-control'];
  if (control === undefined || method !== 'GET') return 0;
  const { operationId = '' } = (routeOptions.schema ?? {}) as { operationId?: string };
  if (!SHARED.has(operationId)) return 0;
  const directives = control.split(',').map((directive) => directive.trim().toLowerCase());
  if (directives.some((one) => one === 'no-cache' || one === 'no-store')) return 0;
  const seconds = directives.flatMap((one) => /^max-age=(\d{1,9})$/.exec(one)?.[1] ?? []);
  if (seconds.length === 0) return 0;
  return Math.min(MAX_AGE_MS, ...seconds.map((text) => Number(text) * SECOND_MS));
}
