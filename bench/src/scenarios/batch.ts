import type { Arm, Scenario } from '../model/scenario.ts';
import type { BenchWebhook } from '../stage/webhooks.ts';
import { eventText } from '../wire/event-text.ts';
import { publishRequest } from '../wire/publish-request.ts';
import { CLOSED_PORT } from './closed-port.ts';

const unit = 'events/s';

/**
 * Many events per request, with one invocation per event, and with none. The limit writes the same
 * rows by the server's own statement, with as many concurrent statements as the server has, from a
 * process that does nothing else.
 */
export const batch: Scenario = {
  name: 'batch',
  repeated: true,

  async arms({ hooktrail, webhooks, generator, bareInsert }, sizes) {
    const { batchEvents, batchConnections, eventBytes, seconds } = sizes;

    function overHttp(name: string, held: 'paused' | 'inactive', limit: string): Arm {
      let webhook: BenchWebhook[] = [];
      return {
        name,
        unit,
        limit,
        async prepare() {
          webhook = await webhooks.create([CLOSED_PORT]);
          if (held === 'inactive') await webhooks.setStatus(webhook, held);
          else for (const each of webhook) await webhooks.pause(each);
        },
        async run(share) {
          const event = eventText(webhook[0]?.type ?? '', eventBytes);
          const body = `[${Array.from({ length: batchEvents }, () => event).join(',')}]`;
          const { answers, latency, ...took } = await generator.call('load', {
            port: hooktrail.port,
            requests: [publishRequest({ path: '/v1/events/batch', body })],
            connections: batchConnections,
            until: { seconds: seconds * share },
          });
          const items = answers * batchEvents;
          return { value: items / took.seconds, items, latency };
        },
        async finish() {
          await webhooks.setStatus(webhook, 'inactive');
        },
      };
    }

    /**
     * The server leaves due rows of an inactive webhook alone; those of an unknown one it would
     * end.
     */
    const [inactive] = await webhooks.create([CLOSED_PORT]);
    if (inactive === undefined) throw new Error('no webhook was made');
    await webhooks.setStatus([inactive], 'inactive');

    function bare(name: string, webhookIds: readonly string[]): Arm {
      return {
        name,
        unit,
        watched: () => ({ servers: [bareInsert.pid] }),
        async run(share) {
          const took = await bareInsert.call('insert', {
            databaseUrl: hooktrail.databaseUrl,
            webhookIds,
            type: inactive?.type ?? '',
            body: eventText(inactive?.type ?? '', eventBytes),
            until: { seconds: seconds * share },
            rowsPerStatement: batchEvents,
            writers: 2,
          });
          return { value: took.events / took.seconds, items: took.events };
        },
      };
    }

    return [
      overHttp('batch', 'paused', 'batch: bare insert'),
      bare('batch: bare insert', [inactive.id]),
      overHttp('batch: nothing to deliver', 'inactive', 'batch: bare insert of events'),
      bare('batch: bare insert of events', []),
    ];
  },
};
