import type { Scenario } from '../model/scenario.ts';
import { eventText } from '../wire/event-text.ts';
import { publishRequest } from '../wire/publish-request.ts';
import { checkRecorded } from './check-recorded.ts';
import { drainArm } from './drain-arm.ts';

const LIMIT = 'fan-out: drain';

/**
 * Each event goes to every webhook. The clock runs from the first published event until every
 * attempt is on the record; the limit drains as many invocations of as many webhooks.
 */
export const fanOut: Scenario = {
  name: 'fan-out',
  repeated: true,

  async arms(stage, sizes) {
    const { hooktrail, generator, receiver, trail } = stage;
    const { fanOutEvents, fanOutWebhooks } = sizes;
    const type = 'bench.fan.out';
    const ports = await receiver.call('open', { count: fanOutWebhooks, hang: false });
    const webhooks = await stage.webhooks.create(ports, type);
    const check = checkRecorded(stage, webhooks);
    const request = publishRequest({
      path: '/v1/events',
      body: eventText(type, sizes.eventBytes),
    });
    let deliveries = 0;

    return [
      {
        name: 'fan-out',
        unit: 'deliveries/s',
        limit: LIMIT,
        prepare: () => receiver.call('reset', undefined),
        async run(share) {
          const events = Math.ceil(fanOutEvents * share);
          deliveries = events * fanOutWebhooks;
          const started = performance.now();
          const published = await generator.call('load', {
            port: hooktrail.port,
            requests: [request],
            connections: sizes.connections,
            until: { answers: events },
          });
          const { latency } = await receiver.call('received', { count: deliveries });
          await trail.settled(webhooks);
          const seconds = (performance.now() - started) / 1_000;
          return {
            value: deliveries / seconds,
            items: deliveries,
            latency,
            details: { publishingSeconds: published.seconds },
          };
        },
        finish: () => check(deliveries),
      },
      await drainArm(stage, sizes, {
        name: LIMIT,
        invocations: fanOutEvents * fanOutWebhooks,
        webhooks: fanOutWebhooks,
      }),
    ];
  },
};
