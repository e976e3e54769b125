import { median } from '@hooktrail/harness/median';
import type { Arm } from '../model/scenario.ts';
import type { Sizes } from '../model/sizes.ts';
import type { Stage } from '../stage/stage.ts';
import { eventText } from '../wire/event-text.ts';
import { publishRequest } from '../wire/publish-request.ts';
import { checkRecorded } from './check-recorded.ts';

interface Publishing {
  readonly name: string;
  /** How many events; at the steady rate `perSecond`, or as fast as they are accepted. */
  readonly events: number;
  readonly perSecond?: number;
  /** The ports of the nodes that get them, in equal shares; the stage's server by default. */
  readonly ports?: () => readonly number[];
  /** Runs while they are published; resolves to further figures. */
  readonly meanwhile?: (count: number) => Promise<Readonly<Record<string, number>>>;
}

/**
 * Publishes single events over HTTP, for some webhooks in turn, while the server delivers. The
 * clock runs from the first published event until every attempt is on the record; the latency is
 * from publishing to the receiver.
 */
export async function publishingArm(
  stage: Stage,
  sizes: Sizes,
  { name, events, ports: portsOf, meanwhile, ...pace }: Publishing,
): Promise<Arm> {
  const { hooktrail, generator, receiver, trail } = stage;
  const endpoints = await receiver.call('open', { count: sizes.webhooks, hang: false });
  const webhooks = await stage.webhooks.create(endpoints);
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
      const ports = portsOf?.() ?? [hooktrail.port];
      const answers = Math.ceil((events * share) / ports.length);
      count = answers * ports.length;
      const started = performance.now();
      const publishing = ports.map((port) =>
        generator.call('load', {
          port,
          requests,
          connections: Math.ceil(sizes.connections / ports.length),
          until: { answers },
          ...pace,
        }),
      );
      const [published, found] = await Promise.all([Promise.all(publishing), meanwhile?.(count)]);
      const { latency } = await receiver.call('received', { count });
      await trail.settled(webhooks);
      const seconds = (performance.now() - started) / 1_000;
      return {
        value: count / seconds,
        items: count,
        latency,
        details: {
          acceptedPerSecond: count / Math.max(...published.map((load) => load.seconds)),
          acceptP50Ms: median(published.map((load) => load.latency.p50)),
          acceptP99Ms: Math.max(...published.map((load) => load.latency.p99)),
          ...found,
        },
      };
    },
    finish: () => check(count),
  };
}
