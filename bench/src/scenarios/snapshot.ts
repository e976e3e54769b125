import { median } from '@hooktrail/harness/median';
import type { Run } from '../model/arm-runs.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import { compare } from '../report/compare.ts';
import { holdSnapshot } from '../stage/hold-snapshot.ts';
import { costOf } from './cost-of.ts';
import { drainArm } from './drain-arm.ts';
import { publishingArm } from './publishing-arm.ts';

const BEFORE = 'snapshot: before';
const OPEN = 'snapshot: a transaction is open';
const AFTER = 'snapshot: after it';

/** Of the rate at which the server drains, which is measured first. */
const SHARE_OF_DRAIN = 0.2;

/** The load is cut into pieces as long as this, so that one sees what grows. */
const PIECE_SECONDS = 60;

const MIB = 1024 * 1024;

/**
 * Publishes a fifth of what the server can drain, while a transaction of somebody else stays open, as a dump or a
 * forgotten session: no row version that is older than it can be removed meanwhile. What it did must be over
 * when it ends.
 */
export const snapshot: Scenario = {
  name: 'snapshot',
  repeated: false,

  async arms(stage, sizes) {
    const { hooktrail, receiver, trail } = stage;
    const drain = await drainArm(stage, sizes, {
      name: 'snapshot: drain',
      invocations: Math.ceil(sizes.drainInvocations / 4),
      webhooks: sizes.webhooks,
    });
    await drain.prepare?.(1);
    const perSecond = Math.max(1, Math.floor((await drain.run(1)).value * SHARE_OF_DRAIN));
    await drain.finish?.();
    let release: (() => Promise<void>) | undefined;

    /** All but the trail itself, which grows with what is published. */
    async function otherBytes(): Promise<number> {
      const [row] = await trail.sql<{ bytes: number }>(
        `select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint as bytes
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname not in ('pg_toast', 'information_schema')
          and c.relname !~ '^(event|invocation|attempt|delta|key_block|rollup_minute)_'`,
      );
      return Number(row?.bytes);
    }

    async function phase(name: string, minutes: number): Promise<Arm> {
      const seconds = Math.min(PIECE_SECONDS, minutes * 60);
      const pieces = Math.max(1, Math.round((minutes * 60) / seconds));
      const publishing = await publishingArm(stage, sizes, {
        name,
        events: Math.ceil(perSecond * seconds),
        perSecond,
      });
      return {
        name,
        unit: publishing.unit,
        async run() {
          const startBytes = await trail.bytes();
          const started = performance.now();
          const costs: number[] = [];
          const p50s: number[] = [];
          const p99s: number[] = [];
          let max = 0;
          const details: Record<string, number> = {};
          let items = 0;
          for (let piece = 0; piece < pieces; piece++) {
            await receiver.call('reset', undefined);
            const outcome = await costOf(stage, () => publishing.run(1));
            const { nodeUs = Number.NaN, postgresUs = Number.NaN } = outcome.details;
            items += outcome.items;
            max = Math.max(max, outcome.latency?.max ?? 0);
            costs.push(nodeUs + postgresUs);
            p50s.push(outcome.latency?.p50 ?? Number.NaN);
            p99s.push(outcome.latency?.p99 ?? Number.NaN);
            details[`us ${piece + 1}`] = nodeUs + postgresUs;
            details[`p99Ms ${piece + 1}`] = outcome.latency?.p99 ?? Number.NaN;
          }
          const total = (bytes: Readonly<Record<string, number>>) =>
            Object.values(bytes).reduce((sum, part) => sum + Number(part), 0);
          const grown = total(await trail.bytes()) - total(startBytes);
          Object.assign(details, {
            perSecond,
            us: median(costs),
            lastUs: costs.at(-1),
            lastP99Ms: p99s.at(-1),
            bytesEach: grown / items,
            otherMiB: (await otherBytes()) / MIB,
          });
          return {
            value: items / ((performance.now() - started) / 1_000),
            items,
            // Of the median minute.
            latency: {
              count: items,
              p50: median(p50s),
              p99: median(p99s),
              max,
            },
            details,
          };
        },
      };
    }

    const open = await phase(OPEN, sizes.snapshotMinutes);
    const after = await phase(AFTER, sizes.snapshotBesideMinutes);
    return [
      await phase(BEFORE, sizes.snapshotBesideMinutes),
      {
        ...open,
        async prepare() {
          release = await holdSnapshot(hooktrail.databaseUrl);
        },
        async finish() {
          await release?.();
        },
      },
      after,
    ];
  },

  notes(arms) {
    const times = (name: string, of: (run: Run) => number | undefined) =>
      compare(arms, name, BEFORE, of).toFixed(2);
    const figures = ({ details = {} }: Run, key: string) => details[key] ?? Number.NaN;
    return [
      ...arms.map(({ name, runs }) => {
        const shown = (key: string, digits: number) =>
          median(runs.map((run) => figures(run, key))).toFixed(digits);
        return (
          `${name}: ${shown('us', 1)} µs an event and ${shown('lastUs', 1)} in the last minute, ` +
          `${shown('bytesEach', 0)} bytes of the trail an event; all other tables have ${shown('otherMiB', 1)} MiB`
        );
      }),
      ...[OPEN, AFTER].map(
        (name) =>
          `${name}: p99 ${times(name, (run) => run.latency?.p99)} times that before it, ` +
          `cost ${times(name, (run) => figures(run, 'us'))}; in the last minute p99 ` +
          `${times(name, (run) => figures(run, 'lastP99Ms'))} and cost ${times(name, (run) => figures(run, 'lastUs'))}`,
      ),
    ];
  },
};
