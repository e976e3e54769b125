import type { Arm, Scenario } from '../model/scenario.ts';
import { compare } from '../report/compare.ts';
import type { BenchWebhook } from '../stage/webhooks.ts';
import { eventText } from '../wire/event-text.ts';
import { publishRequest } from '../wire/publish-request.ts';
import { checkRecorded } from './check-recorded.ts';

const ALONE = 'onlookers: none';

/** Without the operation, it is left out. */
const SEARCHES_PER_SECOND = 2;

/**
 * Deliveries at a steady rate while people look: 50 feeds, 10 lists and 2 searches a second. The limit is
 * the same without them; p99 may be at most 10 % higher.
 */
export const onlookers: Scenario = {
  name: 'onlookers',
  repeated: true,

  async arms(stage, sizes) {
    const { generator, hooktrail, receiver, trail } = stage;
    const ports = await receiver.call('open', { count: sizes.neighbours, hang: false });
    const webhooks = await stage.webhooks.create(ports);
    const check = checkRecorded(stage, webhooks);
    const { port } = hooktrail;

    const arm = (isWatched: boolean): Arm => {
      let events = 0;
      let searched = 0;
      return {
        name: isWatched ? 'onlookers' : ALONE,
        unit: 'events/s',
        ...(isWatched && { limit: ALONE }),
        async prepare() {
          await receiver.call('reset', undefined);
          if (!isWatched) return;
          const { type } = webhooks[0] as BenchWebhook;
          await stage.onlookers.call('follow', {
            port,
            count: sizes.onlookersFeeds,
            q: `type:${type.replace(/\.[^.]*$/, '.*')}`,
          });
          const path = '/v1/invocations?q=status:success&page[size]=100';
          await stage.onlookers.call('look', { port, path, perSecond: 10 });
          searched = await stage.onlookers.call('look', {
            port,
            path: '/v1/search?q=word',
            perSecond: SEARCHES_PER_SECOND,
          });
        },
        async run(share) {
          events = Math.ceil(sizes.onlookersPerSecond * sizes.feedSeconds * share);
          const started = performance.now();
          await generator.call('load', {
            port,
            requests: webhooks.map(({ type }) =>
              publishRequest({ path: '/v1/events', body: eventText(type, sizes.eventBytes) }),
            ),
            connections: sizes.connections,
            until: { answers: events },
            perSecond: sizes.onlookersPerSecond,
          });
          const { latency } = await receiver.call('received', { count: events });
          await trail.settled(webhooks);
          const value = events / ((performance.now() - started) / 1_000);
          return { value, items: events, latency, details: { searched } };
        },
        async finish() {
          await stage.onlookers.call('leave', undefined);
          await check(events);
        },
      };
    };
    return [arm(true), arm(false)];
  },

  notes: (arms) => {
    const p99 = compare(arms, 'onlookers', ALONE, (run) => run.latency?.p99).toFixed(2);
    return [`onlookers: p99 ${p99} times that without them`];
  },
};
