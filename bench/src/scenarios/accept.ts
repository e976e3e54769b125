import { randomUUID } from 'node:crypto';
import type { Outcome } from '../model/outcome.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import type { BenchWebhook } from '../stage/webhooks.ts';
import { eventText } from '../wire/event-text.ts';
import { type PreparedRequest, publishRequest } from '../wire/publish-request.ts';
import { CLOSED_PORT } from './closed-port.ts';

const path = '/v1/events';
const unit = 'events/s';
const LIMIT = 'accept: no database';

/**
 * Single events over HTTP for a paused webhook: the first arm writes one due invocation per event,
 * and nothing is delivered meanwhile. Further arms publish with an `Idempotency-Key`, which writes
 * one more row, and for an inactive webhook, which makes no invocation.
 */
export const accept: Scenario = {
  name: 'accept',
  repeated: true,

  async arms({ hooktrail, webhooks, generator, bareAccept }, sizes) {
    const barePort = await bareAccept.call('start', undefined);

    async function load(port: number, request: PreparedRequest, share: number): Promise<Outcome> {
      const { answers, seconds, latency } = await generator.call('load', {
        port,
        requests: [request],
        connections: sizes.connections,
        until: { seconds: sizes.seconds * share },
      });
      return { value: answers / seconds, items: answers, latency };
    }

    /** Each run has a new webhook, so no run has to work on what another has left. */
    function arm(name: string, held: 'paused' | 'inactive', withKey: boolean): Arm {
      let webhook: BenchWebhook[] = [];
      return {
        name,
        unit,
        limit: LIMIT,
        async prepare() {
          webhook = await webhooks.create([CLOSED_PORT]);
          if (held === 'inactive') await webhooks.setStatus(webhook, held);
          else for (const each of webhook) await webhooks.pause(each);
        },
        run(share) {
          const body = eventText(webhook[0]?.type ?? '', sizes.eventBytes);
          const key = withKey ? { keyPrefix: randomUUID() } : {};
          return load(hooktrail.port, publishRequest({ path, body, ...key }), share);
        },
        async finish() {
          await webhooks.setStatus(webhook, 'inactive');
        },
      };
    }

    const body = eventText('bench.bare', sizes.eventBytes);
    return [
      arm('accept', 'paused', false),
      arm('accept: with a key', 'paused', true),
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
