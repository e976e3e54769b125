import type { Scenario } from '../model/scenario.ts';
import { eventText } from '../wire/event-text.ts';
import { drainArm } from './drain-arm.ts';

const LIMIT = 'drain: bare posts';

/** The bare loop is as fast with 16 requests in flight as with 64, and slower from 128 on. */
const CONCURRENCY = 64;

/**
 * Due invocations to a receiver that answers immediately, spread over some webhooks, and all of
 * one. The limit composes, signs and sends as many requests to as many origins with the server's
 * own code, without a database.
 */
export const drain: Scenario = {
  name: 'drain',
  repeated: true,

  async arms(stage, sizes) {
    const { receiver, barePost } = stage;
    const invocations = sizes.drainInvocations;
    const ports = await receiver.call('open', { count: sizes.webhooks, hang: false });
    return [
      await drainArm(stage, sizes, {
        name: 'drain',
        limit: LIMIT,
        invocations,
        webhooks: sizes.webhooks,
      }),
      await drainArm(stage, sizes, {
        name: 'drain: one webhook',
        limit: LIMIT,
        invocations,
        webhooks: 1,
      }),
      {
        name: LIMIT,
        unit: 'deliveries/s',
        watched: () => ({ servers: [barePost.pid] }),
        prepare: () => receiver.call('reset', undefined),
        async run(share) {
          const count = Math.ceil(invocations * share);
          const seconds = await barePost.call('post', {
            ports,
            body: eventText('bench.bare', sizes.eventBytes),
            count,
            concurrency: CONCURRENCY,
          });
          return { value: count / seconds, items: count };
        },
      },
    ];
  },
};
