import { setTimeout as sleep } from 'node:timers/promises';
import { uuidFromId } from '@hooktrail/server/ids';
import { laneOf } from '@hooktrail/server/lanes';
import { processMemory } from '../measure/process-memory.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import type { Sizes } from '../model/sizes.ts';
import { compare } from '../report/compare.ts';
import { requestApi } from '../stage/request-api.ts';
import type { Stage } from '../stage/stage.ts';
import type { BenchWebhook } from '../stage/webhooks.ts';
import { eventText } from '../wire/event-text.ts';
import { publishRequest } from '../wire/publish-request.ts';

const ALONE = 'replay: none';

/** As much to deliver as beside the job, but all of it published. */
const PUBLISHED = 'replay: published instead';

/** As often as somebody looks who waits for it. */
const POLL_MS = 1_000;

/** Until functions are compiled and caches filled: the first arm would have it alone. */
const WARM_UP_S = 10;

/** Below the statement timeout of 20 s. */
const ROWS_AT_ONCE = 20_000;

const MB = 2 ** 20;

interface Job {
  readonly id: string;
  readonly state: string;
  readonly counts: {
    readonly selected: number;
    readonly sent: number;
    readonly succeeded: number;
    readonly position: number;
  };
}

/**
 * A job replays what a webhook lost, at its rate, beside deliveries of others at a steady rate. The rate is
 * that between the first and the last request of the job at the receiver. The limit is the same without the
 * job; p99 may be at most 10 % higher. Another arm publishes as many events more as the job sends, which shows
 * what so much work costs without a job.
 */
export const replay: Scenario = {
  name: 'replay',
  // The job takes minutes.
  repeated: false,

  async arms(stage, sizes) {
    const { generator, hooktrail, receiver, trail } = stage;
    const { replayItems: items, replayRate: rate } = sizes;
    const [port = 0] = await receiver.call('open', { count: 1, hang: false });
    const [lost] = (await stage.webhooks.create([port])) as [BenchWebhook];
    const ports = await receiver.call('open', { count: sizes.webhooks, hang: false });
    const neighbours = await stage.webhooks.create(ports);
    await lose(stage, sizes, lost);
    const load = (perSecond: number, events: number) =>
      generator.call('load', {
        port: hooktrail.port,
        requests: neighbours.map(({ type }) =>
          publishRequest({ path: '/v1/events', body: eventText(type, sizes.eventBytes) }),
        ),
        connections: sizes.connections,
        until: { answers: events },
        perSecond,
      });
    let isWarm = !sizes.warmUp;

    const arm = (name: string): Arm => {
      const hasJob = name === 'replay';
      const perSecond = sizes.replayNeighboursPerSecond + (name === PUBLISHED ? rate : 0);
      return {
        name,
        unit: 'events/s',
        ...(hasJob && { limit: ALONE }),
        async prepare() {
          if (!isWarm) {
            isWarm = true;
            const events = sizes.replayNeighboursPerSecond * WARM_UP_S;
            await load(sizes.replayNeighboursPerSecond, events);
            await trail.settled(neighbours);
            const [{ id: neighbour }] = neighbours as [BenchWebhook];
            await follow(stage, await create(stage, { id: neighbour, rate, succeeded: true }));
          }
          await receiver.call('reset', undefined);
        },
        async run(share) {
          const seconds = (items / rate) * share;
          const events = Math.ceil(perSecond * seconds);
          const started = performance.now();
          const job = hasJob
            ? await create(stage, { id: lost.id, rate, succeeded: false })
            : undefined;
          const ended = job && follow(stage, job);
          await load(perSecond, events);
          const value = events / ((performance.now() - started) / 1_000);
          const found = await ended;
          const sent = found?.counts.sent ?? 0;
          const { count, latency, unstamped } = await receiver.call('received', {
            count: events + sent,
          });
          await trail.settled(neighbours);
          if (found === undefined) return { value, items: events, latency };
          const { succeeded } = found.counts;
          if (succeeded !== items || count !== events + items) {
            throw new Error(`${succeeded} of ${items} succeeded, and ${count} were received`);
          }
          const jobPerSecond = (unstamped.count - 1) / unstamped.seconds;
          const { firstMb, lastMb } = found;
          return {
            value,
            items: events,
            latency,
            details: { perSecond: jobPerSecond, rate, firstMb, lastMb },
            note: `replay: ${jobPerSecond.toFixed(2)}/s at a rate of ${rate}/s (${(100 * (jobPerSecond / rate - 1)).toFixed(2)} %); the node had ${firstMb.toFixed(0)} MB after a tenth of the job and ${lastMb.toFixed(0)} MB at its end`,
          };
        },
      };
    };
    return ['replay', ALONE, PUBLISHED].map(arm);
  },

  notes: (arms) => {
    const p99 = (to: string) => compare(arms, 'replay', to, (run) => run.latency?.p99).toFixed(2);
    return [
      `replay: p99 of the neighbours ${p99(ALONE)} times that without the job, ${p99(PUBLISHED)} times that with as many more events published`,
    ];
  },
};

/** Writes what the webhook lost: final without a success, as after the last retry. */
async function lose(stage: Stage, sizes: Sizes, { id, type }: BenchWebhook): Promise<void> {
  const { bareInsert, hooktrail, trail } = stage;
  await stage.webhooks.setStatus([{ id, type }], 'inactive');
  await bareInsert.call('insert', {
    databaseUrl: hooktrail.databaseUrl,
    webhookIds: [id],
    type,
    body: eventText(type, sizes.eventBytes),
    until: { events: sizes.replayItems },
    rowsPerStatement: 1_000,
    writers: 2,
  });
  for (let moved = 1; moved > 0; ) {
    const rows = await trail.sql(
      `update invocation i set due_at = null, status = 'server error'
from (
  select lane, webhook_id, id from invocation
  where lane = $1 and webhook_id = $2 and due_at is not null limit ${ROWS_AT_ONCE}
) as due
where i.lane = due.lane and i.webhook_id = due.webhook_id and i.id = due.id
returning 1`,
      [laneOf(id), uuidFromId(id)],
    );
    moved = rows.length;
  }
  await trail.sql('vacuum analyze invocation');
  await stage.webhooks.setStatus([{ id, type }], 'active');
}

interface Replayed {
  /** Of a webhook. */
  readonly id: string;
  readonly rate: number;
  /** Whether what succeeded is sent again too. */
  readonly succeeded: boolean;
}

async function create({ hooktrail }: Stage, { id, rate, succeeded }: Replayed): Promise<Job> {
  const { job } = await requestApi<{ job: Job }>(hooktrail.url, 'POST', '/v1/jobs', {
    kind: 'replay',
    query: `webhook:${id}`,
    rate,
    include_succeeded: succeeded,
  });
  return job;
}

/** Waits until a job is done; what its node had in memory after a tenth of it, and at its end. */
async function follow({ hooktrail }: Stage, { id }: Job) {
  const memoryMb = () => (processMemory(hooktrail.pid)?.resident ?? 0) / MB;
  let firstMb: number | undefined;
  for (;;) {
    const { job } = await requestApi<{ job: Job }>(hooktrail.url, 'GET', `/v1/jobs/${id}`);
    const { counts, state } = job;
    if (counts.position > counts.selected / 10) firstMb ??= memoryMb();
    if (state === 'done') return { counts, firstMb: firstMb ?? memoryMb(), lastMb: memoryMb() };
    if (state === 'stopped') throw new Error(`the job stopped: ${JSON.stringify(job)}`);
    await sleep(POLL_MS);
  }
}
