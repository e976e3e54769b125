import type { Arm, Scenario } from '../model/scenario.ts';
import type { BenchWebhook } from '../stage/webhooks.ts';
import { eventText } from '../wire/event-text.ts';
import { publishRequest } from '../wire/publish-request.ts';
import { checkRecorded } from './check-recorded.ts';

/**
 * Readers that follow everything while events are published at a steady rate: how long after its
 * transaction began a change is told, and what one reader and a thousand of them cost the node.
 */
export const feed: Scenario = {
  name: 'feed',
  repeated: true,

  async arms(stage, sizes) {
    const { generator, hooktrail, onlookers, receiver, trail } = stage;
    const ports = await receiver.call('open', { count: 1, hang: false });
    const webhooks = await stage.webhooks.create(ports);
    const [{ type }] = webhooks as [BenchWebhook];
    const check = checkRecorded(stage, webhooks);

    const arm = (readers: number): Arm => {
      let events = 0;
      return {
        name: readers === 0 ? 'feed: nobody' : `feed: ${readers} readers`,
        unit: 'events/s',
        ...(readers > 0 && { limit: 'feed: nobody' }),
        async prepare() {
          await receiver.call('reset', undefined);
          await onlookers.call('follow', {
            port: hooktrail.port,
            count: readers,
            q: `type:${type}`,
          });
          await onlookers.call('reset', undefined);
        },
        async run(share) {
          events = Math.ceil(sizes.feedPerSecond * sizes.feedSeconds * share);
          const started = performance.now();
          await generator.call('load', {
            port: hooktrail.port,
            requests: [
              publishRequest({ path: '/v1/events', body: eventText(type, sizes.eventBytes) }),
            ],
            connections: sizes.connections,
            until: { answers: events },
            perSecond: sizes.feedPerSecond,
          });
          await trail.settled(webhooks);
          const { delay, skipped } = await onlookers.call('told', { settled: events });
          const value = events / ((performance.now() - started) / 1_000);
          if (readers === 0) return { value, items: events };
          return { value, items: events, latency: delay, details: { skipped } };
        },
        async finish() {
          await onlookers.call('leave', undefined);
          await check(events);
        },
      };
    };
    return [0, ...sizes.feedReaders].map(arm);
  },
};
