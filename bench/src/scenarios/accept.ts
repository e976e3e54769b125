import { randomUUID } from 'node:crypto';
import type { Arm, Outcome, Scenario } from '../scenario.ts';
import type { BenchWebhook } from '../stage/webhooks.ts';
import { eventText } from '../wire/event-text.ts';
import { type PreparedRequest, publishRequest } from '../wire/publish-request.ts';

const path = '/v1/events';
const unit = 'events/s';
const LIMIT = 'accept: no database';

/**
 * Single events over HTTP. The headline writes one invocation of each event, for a webhook whose
 * endpoint never answers: 64 requests hang, 448 more wait in memory, and every further invocation is
 * written as due, as for a webhook that is paused. Nothing is delivered meanwhile but those 64 in
 * every 12 s.
 *
 * An inactive webhook would look like the obvious paused one, but its events are written without any
 * invocation: less than what a durable accept is. That is an arm of its own, and so is publishing
 * with an `Idempotency-Key`, which writes a row more.
 */
export const accept: Scenario = {
  name: 'accept',
  repeated: true,

  async arms({ hooktrail, webhooks, generator, receiver, bareAccept }, sizes) {
    const barePort = await bareAccept.call('start', undefined);
    const [hangingPort = 0] = await receiver.call('open', { count: 1, hang: true });

    async function load(port: number, request: PreparedRequest, share: number): Promise<Outcome> {
      const { answers, seconds, latency } = await generator.call('load', {
        port,
        requests: [request],
        connections: sizes.connections,
        until: { seconds: sizes.seconds * share },
      });
      return { value: answers / seconds, items: answers, latency };
    }

    /** A new webhook for each run: what the last one left to do is no part of the next. */
    function arm(name: string, status: 'active' | 'inactive', withKey: boolean): Arm {
      let webhook: BenchWebhook[] = [];
      return {
        name,
        unit,
        limit: LIMIT,
        async prepare() {
          webhook = await webhooks.create([hangingPort]);
          if (status === 'inactive') await webhooks.setStatus(webhook, status);
        },
        run(share) {
          const body = eventText(webhook[0]?.type ?? '', sizes.eventBytes);
          const key = withKey ? { keyPrefix: randomUUID() } : {};
          return load(hooktrail.port, publishRequest({ path, body, ...key }), share);
        },
        async finish() {
          await webhooks.setStatus(webhook, 'inactive');
          await receiver.call('hangUp', undefined);
        },
      };
    }

    const body = eventText('bench.bare', sizes.eventBytes);
    return [
      arm('accept', 'active', false),
      arm('accept: with a key', 'active', true),
      arm('accept: nothing to deliver', 'inactive', false),
      {
        name: LIMIT,
        unit,
        watched: () => ({ servers: [bareAccept.pid] }),
        run: (share) => load(barePort, publishRequest({ path, body }), share),
      },
    ];
  },
};
