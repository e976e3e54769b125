import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '@hooktrail/harness/median';
import { keepPartitions } from '@hooktrail/server/partitions';
import { DAY_MS } from '@hooktrail/server/time-units';
import type { ArmRuns, Run } from '../model/arm-runs.ts';
import type { Scenario } from '../model/scenario.ts';
import { fillTrail } from '../stage/fill-trail.ts';
import { CLOSED_PORT } from './closed-port.ts';
import { publishingArm } from './publishing-arm.ts';

const NAME = 'retention';
const LIMIT = 'retention: end to end';

/** Within the server's own retention, so the bench decides when the day is dropped. */
const DAYS_AGO = 9;

const SAMPLE_MS = 100;
/** A pace over a shorter time would be noise. */
const LEAST_MS = 2_000;
/** Left out of the pace, since connections warm up. */
const BEGINNING_MS = 1_000;

/**
 * End to end, as fast as possible, while the partitions of a full day are dropped by the code that
 * the server runs every hour. The limit is the same without a drop. What counts is the pace during
 * the drop, not that of the whole run.
 */
export const retention: Scenario = {
  name: 'retention',
  repeated: true,

  async arms(stage, sizes) {
    const { hooktrail, receiver, trail } = stage;
    const { eventBytes, retentionEvents: events, retentionInvocations } = sizes;
    const webhooks = await stage.webhooks.create([CLOSED_PORT, CLOSED_PORT]);

    /** Runs `leave` when a third was delivered, and measures the pace during it and around it. */
    async function watch(count: number, leave: () => Promise<void>) {
      const samples: { readonly ms: number; readonly delivered: number }[] = [];
      let left: Promise<void> | undefined;
      let fromMs = Number.NaN;
      let leftMs = Number.NaN;
      for (let delivered = 0; delivered < count || Number.isNaN(leftMs); ) {
        await sleep(SAMPLE_MS);
        delivered = await receiver.call('counted', undefined);
        samples.push({ ms: performance.now(), delivered });
        if (delivered < count / 3) continue;
        left ??= (async () => {
          fromMs = performance.now();
          await leave();
          leftMs = performance.now();
        })();
        await Promise.race([left, sleep(0)]);
      }
      await left;
      const toMs = Math.max(leftMs, fromMs + LEAST_MS);
      const pace = (inside: (ms: number) => boolean) => {
        let ms = 0;
        let deliveries = 0;
        for (const [index, sample] of samples.entries()) {
          const before = samples[index - 1];
          // After the last delivery there is no pace.
          if (before === undefined || sample.delivered >= count || !inside(before.ms)) continue;
          ms += sample.ms - before.ms;
          deliveries += sample.delivered - before.delivered;
        }
        return (deliveries / ms) * 1_000;
      };
      const begunMs = (samples[0]?.ms ?? 0) + BEGINNING_MS;
      return {
        leavingMs: leftMs - fromMs,
        paceMeanwhile: pace((ms) => ms >= fromMs && ms < toMs),
        paceElsewhere: pace((ms) => ms > begunMs && (ms < fromMs || ms >= toMs)),
      };
    }

    const leaving = await publishingArm(stage, sizes, {
      name: NAME,
      events,
      meanwhile: (count) =>
        watch(count, async () => {
          const { dropped } = await keepPartitions(hooktrail.databaseUrl, {
            nowMs: Date.now(),
            ahead: 0,
            keepMs: (DAYS_AGO - 1) * DAY_MS,
          });
          const tables = new Set(dropped.map((name) => name.replace(/_\d+$/, '')));
          if (!['event', 'invocation', 'attempt'].every((table) => tables.has(table))) {
            throw new Error(`dropped only ${dropped.join(', ')}`);
          }
        }),
    });
    const limit = await publishingArm(stage, sizes, {
      name: LIMIT,
      events,
      meanwhile: (count) => watch(count, async () => undefined),
    });
    return [
      {
        ...leaving,
        limit: LIMIT,
        async prepare(share) {
          const fromMs = (Math.floor(Date.now() / DAY_MS) - DAYS_AGO) * DAY_MS;
          await fillTrail(stage, {
            count: Math.ceil(retentionInvocations * share),
            fromMs,
            toMs: fromMs + DAY_MS,
            webhooks,
            rareEvery: retentionInvocations,
            eventBytes,
          });
          await leaving.prepare?.(share);
        },
      },
      {
        ...limit,
        async prepare(share) {
          await trail.sql('checkpoint');
          await limit.prepare?.(share);
        },
      },
    ];
  },

  notes(arms) {
    const leftMs = figure(arms, NAME, (run) => run.details?.['leavingMs']);
    return [
      `dropping the day took ${leftMs.toFixed()} ms; the pace meanwhile was ` +
        `${share(arms, NAME)} of that before and after; without a drop ${share(arms, LIMIT)}`,
    ];
  },
};

function figure(arms: readonly ArmRuns[], name: string, of: (run: Run) => number | undefined) {
  const runs = arms.find((arm) => arm.name === name)?.runs ?? [];
  return median(runs.map((run) => of(run) ?? Number.NaN));
}

function share(arms: readonly ArmRuns[], name: string): string {
  return figure(arms, name, ({ details }) => {
    const { paceMeanwhile = Number.NaN, paceElsewhere = Number.NaN } = details ?? {};
    return paceMeanwhile / paceElsewhere;
  }).toFixed(2);
}
