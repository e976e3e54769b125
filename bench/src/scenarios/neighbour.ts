import { setTimeout as sleep } from 'node:timers/promises';
import { uuidFromId } from '@hooktrail/server/ids';
import { laneOf } from '@hooktrail/server/lanes';
import type { Arm, Scenario } from '../model/scenario.ts';
import type { Sizes } from '../model/sizes.ts';
import { compare } from '../report/compare.ts';
import { copyWebhooks } from '../stage/copy-webhooks.ts';
import type { Stage } from '../stage/stage.ts';
import type { BenchWebhook } from '../stage/webhooks.ts';
import { eventText } from '../wire/event-text.ts';
import { publishRequest } from '../wire/publish-request.ts';
import { checkRecorded } from './check-recorded.ts';

/**
 * Keeps a hanging webhook as busy as possible: its requests time out as early as rules allow, and
 * without a breaker others follow immediately.
 */
const HANGING_RULES = { breaker: null, time_limit_seconds: 1 };

/** Its requests in flight, which is the default limit. */
const CONCURRENCY = 64;

const POLL_MS = 50;

/** Publishes events for webhooks at a steady rate. */
type Publish = (webhooks: readonly BenchWebhook[], events: number) => Promise<unknown>;

/**
 * One webhook hangs and has many due invocations, while the others in its lane get events at a
 * steady rate: published over the API, where the accepting node sends from memory, and written as
 * another node would leave them, where each must be claimed from the lane. The limit is the same
 * without the hanging webhook.
 */
export const neighbour: Scenario = {
  name: 'neighbour',
  repeated: true,

  async arms(stage, sizes) {
    const { bareInsert, generator, hooktrail, receiver } = stage;
    const { connections, eventBytes, neighbourPerSecond: perSecond } = sizes;
    const [port = 0] = await receiver.call('open', { count: 1, hang: true });
    const hanging = await stage.webhooks.create([port]);
    const { id, type } = hanging[0] as BenchWebhook;
    await stage.webhooks.setRules({ id, type }, HANGING_RULES);
    await stage.webhooks.setStatus(hanging, 'inactive');
    await bareInsert.call('insert', {
      databaseUrl: hooktrail.databaseUrl,
      webhookIds: [id],
      type,
      body: eventText(type, eventBytes),
      until: { events: sizes.neighbourDue },
      rowsPerStatement: 1_000,
      writers: 2,
    });

    const published: Publish = (webhooks, events) =>
      generator.call('load', {
        port: hooktrail.port,
        requests: webhooks.map((webhook) =>
          publishRequest({ path: '/v1/events', body: eventText(webhook.type, eventBytes) }),
        ),
        connections,
        until: { answers: events },
        perSecond,
      });
    const claimed: Publish = (webhooks, events) =>
      bareInsert.call('trickle', {
        databaseUrl: hooktrail.databaseUrl,
        webhooks,
        eventBytes,
        events,
        perSecond,
      });
    return [
      ...(await pair(stage, sizes, hanging, 'neighbour', published)),
      ...(await pair(stage, sizes, hanging, 'neighbour, claimed', claimed)),
    ];
  },

  notes: (arms) =>
    arms.flatMap(({ name, limit }) => {
      if (limit === undefined) return [];
      const p50 = compare(arms, name, limit, (run) => run.latency?.p50).toFixed(2);
      const p99 = compare(arms, name, limit, (run) => run.latency?.p99).toFixed(2);
      return [`${name}: p50 ${p50} and p99 ${p99} times those of ${limit}`];
    }),
};

async function pair(
  stage: Stage,
  sizes: Sizes,
  hanging: readonly BenchWebhook[],
  name: string,
  publish: Publish,
): Promise<[Arm, Arm]> {
  const { receiver, trail } = stage;
  const [{ id }] = hanging as [BenchWebhook];
  const ports = await receiver.call('open', { count: sizes.neighbours, hang: false });
  const [template] = (await stage.webhooks.create(ports.slice(0, 1))) as [BenchWebhook];
  const type = `${template.type}.h`;
  const webhooks = await copyWebhooks(stage, { template, lane: laneOf(id), ports, type });
  const check = checkRecorded(stage, webhooks);

  /**
   * How many invocations of the hanging webhook the server holds; the query skips those that are
   * due.
   */
  async function held(): Promise<number> {
    const [row] = await trail.sql<{ count: number }>(
      `select count(*) as count from invocation
where lane = $1 and webhook_id = $2 and due_at > now() and leased`,
      [laneOf(id), uuidFromId(id)],
    );
    return row?.count ?? 0;
  }

  function arm(armName: string, withHanging: boolean): Arm {
    let events = 0;
    return {
      name: armName,
      unit: 'events/s',
      async prepare() {
        await receiver.call('reset', undefined);
        if (!withHanging) return;
        await stage.webhooks.setStatus(hanging, 'active');
        while ((await held()) < CONCURRENCY) await sleep(POLL_MS);
      },
      async run(share) {
        events = Math.ceil(sizes.neighbourPerSecond * sizes.neighbourSeconds * share);
        const started = performance.now();
        await publish(webhooks, events);
        const { latency } = await receiver.call('received', { count: events });
        await trail.settled(webhooks);
        const seconds = (performance.now() - started) / 1_000;
        return { value: events / seconds, items: events, latency, details: { held: await held() } };
      },
      async finish() {
        if (withHanging) {
          await stage.webhooks.setStatus(hanging, 'inactive');
          await receiver.call('hangUp', undefined);
        }
        await check(events);
      },
    };
  }

  const alone = `${name}: alone`;
  return [{ ...arm(name, true), limit: alone }, arm(alone, false)];
}
