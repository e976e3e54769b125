import { setTimeout as sleep } from 'node:timers/promises';
import { processMemory } from '../measure/process-memory.ts';
import type { Scenario } from '../model/scenario.ts';
import { eventText } from '../wire/event-text.ts';
import { publishRequest } from '../wire/publish-request.ts';
import { CLOSED_PORT } from './closed-port.ts';

const SAMPLE_MS = 1_000;
const MIB = 1024 * 1024;

/**
 * Publishes events in batches for an endpoint that refuses every connection, and watches the
 * server's memory meanwhile and for some time after: the backlog must be in the database.
 */
export const backlog: Scenario = {
  name: 'backlog',
  repeated: false,

  async arms({ hooktrail, webhooks, generator, trail }, sizes) {
    const { batchEvents, backlogEvents, backlogWatchSeconds } = sizes;
    const webhook = await webhooks.create([CLOSED_PORT]);
    const event = eventText(webhook[0]?.type ?? '', sizes.eventBytes);
    const body = `[${Array.from({ length: batchEvents }, () => event).join(',')}]`;
    const batches = Math.ceil(backlogEvents / batchEvents);

    return [
      {
        name: `backlog: ${batches * batchEvents} events`,
        unit: 'MiB at most',
        async run() {
          const resident: number[] = [];
          const sample = () => {
            resident.push((processMemory(hooktrail.pid)?.resident ?? Number.NaN) / MIB);
          };
          sample();
          const sampling = setInterval(sample, SAMPLE_MS);
          try {
            const published = await generator.call('load', {
              port: hooktrail.port,
              requests: [publishRequest({ path: '/v1/events/batch', body })],
              connections: sizes.batchConnections,
              until: { answers: batches },
            });
            await sleep(backlogWatchSeconds * 1_000);
            sample();
            const { invocations, successes, attempts } = await trail.recorded(webhook);
            if (invocations !== batches * batchEvents || successes > 0) {
              throw new Error(`${invocations} invocations with ${successes} successes`);
            }
            const first = resident[0] as number;
            const last = resident.at(-1) as number;
            const peak = Math.max(...resident);
            return {
              value: peak,
              items: invocations,
              details: { first, peak, last, attempts, publishingSeconds: published.seconds },
              note:
                `backlog: the server held ${first.toFixed()} MiB at first, ${peak.toFixed()} at most ` +
                `and ${last.toFixed()} at last; ${attempts} attempts failed meanwhile`,
            };
          } finally {
            clearInterval(sampling);
          }
        },
        finish: () => webhooks.setStatus(webhook, 'inactive'),
      },
    ];
  },
};
