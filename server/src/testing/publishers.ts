import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, call } from './test-node.ts';

/** A publishing that was not accepted. */
export interface Refusal {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly retryAfter: string | null;
  readonly askedAtMs: number;
  readonly tookMs: number;
}

/** Publishers that do as the documentation says: what is not accepted they send again, unchanged. */
export interface Publishers {
  /** What was accepted: the event's id, and its invocation's. */
  readonly accepted: ReadonlyMap<string, string>;
  readonly refusals: readonly Refusal[];
  /** Resolves when what is under way has been answered. */
  stop(): Promise<void>;
}

interface Options {
  /** Where to publish; asked each time. */
  readonly url: () => string;
  /** One webhook subscribes to it. */
  readonly type: string;
  readonly count?: number;
  readonly detail?: object;
}

/** Between two events of one publisher: some load, and not all of the machine. */
const PAUSE_MS = 10;
const AGAIN_MS = 100;

let publishersMade = 0;

/** Starts publishers, each with one event under way at a time, every event under an id of its own. */
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
