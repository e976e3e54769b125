import { setTimeout as sleep } from 'node:timers/promises';
import { callApi } from '@hooktrail/harness/call-api';
import type { Arm, Scenario } from '../model/scenario.ts';
import { requestApi } from '../stage/request-api.ts';
import type { Stage } from '../stage/stage.ts';
import { eventText } from '../wire/event-text.ts';
import { getRequest } from '../wire/get-request.ts';
import { TOKEN } from '../wire/token.ts';

interface Body {
  readonly events?: readonly { readonly id: string }[];
  readonly results?: readonly { readonly event?: { readonly id: string } }[];
}

/** The ticket that every event of the bench is about: as subject, and as `/detail/id`. */
const TICKET = '35436';

/** What a request takes that asks the database nothing. */
const FLOOR = 'keys: nothing looked up';

/** Before it is measured: V8 has compiled nothing that reads, and PostgreSQL has planned nothing. */
const WARM_UP_SHARE = 0.5;

/** Answers that are looked at for what they found, beside those that are measured. */
const LOOKED_AT = 20;

/** What a lane may have unsorted: below it, only time makes the node sort the rest. */
const MOST_UNSORTED_ROWS = 1_024;

const POLL_MS = 200;

/**
 * Finds events by the values of keys. Each event has a subject and a `/detail/id` of its own, so the index
 * has two values an event, all of one account, one lane and today: as full as it can be. The events are
 * published through the batch API to an account without webhooks; the node sorts the index meanwhile, as
 * it does with everything that is published, and what it leaves unsorted is looked through by each request.
 */
export const keys: Scenario = {
  name: 'keys',
  repeated: false,

  async arms(stage, { batchConnections, batchEvents, eventBytes, keyedEvents, listPages }) {
    const count = keyedEvents;
    const of = count.toLocaleString('en');
    const spread = (n: number) => Math.floor(((n * 0.618034) % 1) * count);
    const q = (n: number) => new URLSearchParams({ q: `/detail/id:${n}` });
    const event = (n: number) => `/v1/events?${q(n)}`;
    const search = (n: number) => `/v1/search?${q(n)}`;
    const reading = { stage, most: listPages };
    return [
      publishingArm(stage, { count, batchConnections, batchEvents, eventBytes }),
      readingArm(FLOOR, () => '/healthz', undefined, reading),
      ...(
        [
          ['list events by a key', event],
          ['search by a key', search],
        ] as const
      ).flatMap(([name, pathOf]) => [
        readingArm(`${name}, one of ${of}`, (n) => pathOf(spread(n)), 1, reading),
        readingArm(`${name}, none of ${of}`, (n) => pathOf(count + n), 0, reading),
      ]),
    ];
  },
};

interface Publishing {
  readonly count: number;
  readonly batchConnections: number;
  readonly batchEvents: number;
  readonly eventBytes: number;
}

/** Publishes the events; the time until they are in the index counts too. */
function publishingArm({ hooktrail, trail }: Stage, publishing: Publishing): Arm {
  const { batchConnections, batchEvents, count, eventBytes } = publishing;
  const pieces = eventText('bench.keyed', eventBytes).split(TICKET);
  return {
    name: 'keys: published and sorted',
    unit: 'events/s',
    watched: () => ({ servers: [hooktrail.pid], postgres: hooktrail.postgresPid }),
    async run() {
      const startedMs = performance.now();
      let next = 0;
      const publish = async (): Promise<void> => {
        while (next < count) {
          const size = Math.min(batchEvents, count - next);
          const first = next;
          next += size;
          const batch = Array.from({ length: size }, (_, n) => pieces.join(String(first + n)));
          const answer = await callApi({
            url: `${hooktrail.url}/v1/events/batch`,
            token: TOKEN,
            method: 'POST',
            body: `[${batch.join(',')}]`,
          });
          if (answer.status !== 200 && answer.status !== 202) {
            throw new Error(`${answer.status} ${JSON.stringify(answer.body).slice(0, 500)}`);
          }
        }
      };
      await Promise.all(Array.from({ length: batchConnections }, publish));
      const publishedMs = performance.now() - startedMs;
      for (;;) {
        const [unsorted] = await trail.sql<{ rows: number }>(
          'select count(*) as rows from key_batch',
        );
        if (Number(unsorted?.rows) < MOST_UNSORTED_ROWS) break;
        await sleep(POLL_MS);
      }
      const seconds = (performance.now() - startedMs) / 1_000;
      const [size] = await trail.sql<{ bytes: number }>(
        `select sum(pg_total_relation_size(inhrelid)) as bytes
        from pg_inherits where inhparent = 'key_block'::regclass`,
      );
      const perEvent = Number(size?.bytes) / count;
      return {
        value: count / seconds,
        items: count,
        details: { bytesPerEvent: perEvent, publishedSeconds: publishedMs / 1_000 },
        note: `keys: published in ${(publishedMs / 1_000).toFixed(1)} s, sorted ${(seconds - publishedMs / 1_000).toFixed(1)} s later; the index takes ${perEvent.toFixed(1)} bytes an event, with two values each`,
      };
    },
  };
}

/** Reads with one request after the other on one connection; `found` is what each has to find. */
function readingArm(
  name: string,
  pathOf: (n: number) => string,
  found: number | undefined,
  { most, stage: { generator, hooktrail } }: { readonly most: number; readonly stage: Stage },
): Arm {
  return {
    name,
    unit: 'requests/s',
    watched: () => ({ servers: [hooktrail.pid], postgres: hooktrail.postgresPid }),
    async prepare() {
      await read(WARM_UP_SHARE);
    },
    async run(share) {
      const { answers, latency, seconds } = await read(share);
      return { value: answers / seconds, items: answers, latency };
    },
    async finish() {
      if (found === undefined) return;
      for (let n = 0; n < Math.min(LOOKED_AT, most); n++) {
        const path = pathOf(n);
        const { events, results } = await requestApi<Body>(hooktrail.url, 'GET', path);
        const { length } = events ?? results ?? [];
        if (length !== found) throw new Error(`${path} found ${length} instead of ${found}`);
      }
    },
  };

  function read(share: number) {
    const count = Math.ceil(most * share);
    return generator.call('load', {
      port: hooktrail.port,
      requests: Array.from({ length: count }, (_, n) => getRequest(pathOf(n))),
      connections: 1,
      until: { answers: count },
    });
  }
}
