import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, call } from './test-node.ts';

/** A request to publish that was not accepted. */
export interface Refusal {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly retryAfter: string | null;
  readonly askedAtMs: number;
  readonly tookMs: number;
}

/** Publishers that follow the documentation: they send again, unchanged, what was not accepted. */
export interface Publishers {
  /** The accepted events: the invocation's id by the event's id. */
  readonly accepted: ReadonlyMap<string, string>;
  readonly refusals: readonly Refusal[];
  /** Resolves when the requests in flight were answered. */
  stop(): Promise<void>;
}

interface Options {
  /** Returns the node to publish to; called for each request. */
  readonly url: () => string;
  /** The event type; one webhook subscribes to it. */
  readonly type: string;
  readonly count?: number;
  readonly detail?: object;
}

/** The pause between two events of one publisher: some load, but not the whole machine. */
const PAUSE_MS = 10;
const AGAIN_MS = 100;

let publishersMade = 0;

/** Starts publishers, each with one request in flight; every event has its own id. */
export function startPublishers({ url, type, count = 4, detail = {} }: Options): Publishers {
  const accepted = new Map<string, string>();
  const refusals: Refusal[] = [];
  let stopped = false;

  async function publish(id: string): Promise<boolean> {
    const askedAtMs = Date.now();
    const answer: Answer | undefined = await call(url(), 'POST', '/v1/events', {
      type,
      id,
      detail,
    }).catch(() => undefined);
    if (answer?.status === 202) {
      accepted.set(id, answer.body.invocations[0].id);
      return true;
    }
    refusals.push({
      status: answer?.status ?? 0,
      retryAfter: answer?.headers.get('retry-after') ?? null,
      askedAtMs,
      tookMs: Date.now() - askedAtMs,
    });
    return false;
  }

  const ended = Promise.all(
    Array.from({ length: count }, async () => {
      const name = `publisher-${publishersMade++}`;
      for (let event = 0; !stopped; event++) {
        while (!(await publish(`${name}-${event}`)) && !stopped) await sleep(AGAIN_MS);
        await sleep(PAUSE_MS);
      }
    }),
  );
  return {
    accepted,
    refusals,
    async stop() {
      stopped = true;
      await ended;
    },
  };
}
