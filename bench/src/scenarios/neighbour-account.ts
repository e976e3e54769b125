import type { Arm, Scenario } from '../model/scenario.ts';
import { compare } from '../report/compare.ts';
import { makeWorstAccount } from '../stage/make-worst-account.ts';
import { eventText } from '../wire/event-text.ts';
import { publishRequest } from '../wire/publish-request.ts';
import { checkRecorded } from './check-recorded.ts';

/** Few enough that the machine has time for both. */
const PER_SECOND = 50;

/**
 * One account does its worst: thousands of webhooks whose endpoint never answers, one wide batch after
 * the other for them, batches of event types that nobody has seen, list after list. Another account
 * gets events at a steady rate. The limit is the same while the first does nothing.
 */
export const neighbourAccount: Scenario = {
  name: 'neighbour-account',
  repeated: true,

  async arms(stage, sizes) {
    const { generator, hooktrail, receiver, trail } = stage;
    const [port = 0] = await receiver.call('open', { count: 1, hang: true });
    const worst = await makeWorstAccount(stage, { webhooks: sizes.worstWebhooks, port });
    const ports = await receiver.call('open', { count: 4, hang: false });
    const webhooks = await stage.webhooks.create(ports);
    const check = checkRecorded(stage, webhooks);

    function arm(name: string, withWorst: boolean): Arm {
      let events = 0;
      return {
        name,
        unit: 'events/s',
        async prepare() {
          await receiver.call('reset', undefined);
          if (withWorst) await worst.start();
        },
        async run(share) {
          events = Math.ceil(PER_SECOND * sizes.neighbourSeconds * share);
          const started = performance.now();
          await generator.call('load', {
            port: hooktrail.port,
            requests: webhooks.map(({ type }) =>
              publishRequest({ path: '/v1/events', body: eventText(type, sizes.eventBytes) }),
            ),
            connections: sizes.connections,
            until: { answers: events },
            perSecond: PER_SECOND,
          });
          const { latency } = await receiver.call('received', { count: events });
          await trail.settled(webhooks);
          const seconds = (performance.now() - started) / 1_000;
          const requests = withWorst ? await worst.stop() : 0;
          return { value: events / seconds, items: events, latency, details: { requests } };
        },
        async finish() {
          if (withWorst) await receiver.call('hangUp', undefined);
          await check(events);
        },
      };
    }

    const alone = 'neighbour account: alone';
    return [{ ...arm('neighbour account', true), limit: alone }, arm(alone, false)];
  },

  notes: (arms) =>
    arms.flatMap(({ name, limit }) => {
      if (limit === undefined) return [];
      const p50 = compare(arms, name, limit, (run) => run.latency?.p50).toFixed(2);
      const p99 = compare(arms, name, limit, (run) => run.latency?.p99).toFixed(2);
      return [`${name}: p50 ${p50} and p99 ${p99} times those of ${limit}`];
    }),
};
