import type { Arm } from '../scenario.ts';
import type { Sizes } from '../sizes.ts';
import type { Stage } from '../stage/stage.ts';
import { eventText } from '../wire/event-text.ts';
import { publishRequest } from '../wire/publish-request.ts';
import { checkRecorded } from './check-recorded.ts';

interface Publishing {
  readonly name: string;
  /** How many events; with `perSecond` at that steady rate, without it as fast as they are taken. */
  readonly events: number;
  readonly perSecond?: number;
}

/**
 * Single events over HTTP, to some webhooks in turn, delivered meanwhile. The clock runs from the
 * first event that is published until every attempt is on the record; the latency is from publishing
 * to the receiver.
 */
export async function publishingArm(
  stage: Stage,
  sizes: Sizes,
  { name, events, ...pace }: Publishing,
): Promise<Arm> {
  const { hooktrail, generator, receiver, trail } = stage;
  const ports = await receiver.call('open', { count: sizes.webhooks, hang: false });
  const webhooks = await stage.webhooks.create(ports);
  const check = checkRecorded(stage, webhooks);
  const requests = webhooks.map(({ type }) =>
    publishRequest({ path: '/v1/events', body: eventText(type, sizes.eventBytes) }),
  );
  let count = 0;

  return {
    name,
    unit: 'events/s',
    prepare: () => receiver.call('reset', undefined),
    async run(share) {
      count = Math.ceil(events * share);
      const started = performance.now();
      const published = await generator.call('load', {
        port: hooktrail.port,
        requests,
        connections: sizes.connections,
        until: { answers: count },
        ...pace,
      });
      const { latency } = await receiver.call('received', { count });
      await trail.settled(webhooks);
      const seconds = (performance.now() - started) / 1_000;
      return {
        value: count / seconds,
        items: count,
        latency,
        details: {
          acceptedPerSecond: published.answers / published.seconds,
          acceptP50Ms: published.latency.p50,
          acceptP99Ms: published.latency.p99,
        },
      };
    },
    finish: () => check(count),
  };
}
