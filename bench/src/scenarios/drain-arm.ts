import type { Arm } from '../model/scenario.ts';
import type { Sizes } from '../model/sizes.ts';
import type { Stage } from '../stage/stage.ts';
import { eventText } from '../wire/event-text.ts';
import { checkRecorded } from './check-recorded.ts';

interface Drain {
  readonly name: string;
  readonly limit?: string;
  readonly invocations: number;
  /** How many; each has its own origin. */
  readonly webhooks: number;
}

/**
 * Writes due invocations of inactive webhooks, by the statement that accepts them. The clock runs
 * from the activation of all webhooks until every attempt is on the record.
 */
export async function drainArm(stage: Stage, sizes: Sizes, drain: Drain): Promise<Arm> {
  const { hooktrail, receiver, trail, bareInsert } = stage;
  const ports = await receiver.call('open', { count: drain.webhooks, hang: false });
  const webhooks = await stage.webhooks.create(ports);
  const check = checkRecorded(stage, webhooks);
  let count = 0;

  return {
    name: drain.name,
    unit: 'deliveries/s',
    ...(drain.limit === undefined ? {} : { limit: drain.limit }),

    async prepare(share) {
      count = Math.ceil(drain.invocations * share);
      await stage.webhooks.setStatus(webhooks, 'inactive');
      const type = webhooks[0]?.type ?? '';
      await bareInsert.call('insert', {
        databaseUrl: hooktrail.databaseUrl,
        webhookIds: webhooks.map(({ id }) => id),
        type,
        body: eventText(type, sizes.eventBytes),
        until: { events: count },
        rowsPerStatement: 1_000,
        writers: 2,
      });
      await receiver.call('reset', undefined);
    },

    async run() {
      const started = performance.now();
      await trail.activate(webhooks);
      await receiver.call('received', { count });
      await trail.settled(webhooks);
      const seconds = (performance.now() - started) / 1_000;
      return { value: count / seconds, items: count };
    },

    finish: () => check(count),
  };
}
