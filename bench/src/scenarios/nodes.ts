import { median } from '@hooktrail/harness/median';
import type { ArmRuns } from '../model/arm-runs.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import type { Stage } from '../stage/stage.ts';
import type { Server } from '../stage/start-server.ts';
import { drainArm } from './drain-arm.ts';
import { publishingArm } from './publishing-arm.ts';
import { watchWaits } from './watch-waits.ts';

const MICROSECONDS = 1_000_000;

/**
 * Several nodes on one PostgreSQL: end to end, with events published to all nodes in equal shares,
 * and draining, where they claim from the same lanes. The limit is one node. Where all cores are
 * busy, more nodes can at best be no worse; their throughput on more cores follows from what each
 * delivery costs the nodes and PostgreSQL.
 */
export const nodes: Scenario = {
  name: 'nodes',
  repeated: true,

  async arms(stage, sizes) {
    const arms: Arm[] = [];
    for (const [index, count] of sizes.nodes.entries()) {
      const limit = index === 0 ? {} : { limit: `end to end, ${nodesIn(sizes.nodes[0] ?? 1)}` };
      arms.push(
        await withNodes(stage, count, (running) =>
          publishingArm(stage, sizes, {
            name: `end to end, ${nodesIn(count)}`,
            events: sizes.endToEndEvents,
            ports: () => running().map(({ port }) => port),
          }).then((arm) => ({ ...arm, ...limit })),
        ),
      );
    }
    for (const [index, count] of sizes.nodes.entries()) {
      const limit = index === 0 ? {} : { limit: `drain, ${nodesIn(sizes.nodes[0] ?? 1)}` };
      arms.push(
        await withNodes(stage, count, () =>
          drainArm(stage, sizes, {
            name: `drain, ${nodesIn(count)}`,
            invocations: sizes.drainInvocations,
            webhooks: sizes.webhooks,
            ...limit,
          }),
        ),
      );
    }
    return arms;
  },

  notes: (arms) => arms.map(withCoresToSpare),
};

function nodesIn(count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`;
}

async function withNodes(
  stage: Stage,
  count: number,
  make: (running: () => readonly Server[]) => Promise<Arm>,
): Promise<Arm> {
  let running: readonly Server[] = [];
  const arm = await make(() => running);
  return {
    ...arm,
    watched: () => ({ servers: running.map(({ pid }) => pid) }),
    async prepare(share) {
      running = await stage.nodes(count);
      await arm.prepare?.(share);
    },
    async run(share): Promise<Outcome> {
      const stop = watchWaits(stage.trail);
      let outcome: Outcome | undefined;
      let waits: Awaited<ReturnType<typeof stop>>;
      try {
        outcome = await arm.run(share);
      } finally {
        waits = await stop();
      }
      const { locks, looks, short } = waits;
      const waiting = [...locks].map(([kind, seen]) => [`waitingFor ${kind}`, seen / looks]);
      return {
        ...outcome,
        details: {
          ...outcome.details,
          nodes: count,
          waitingForLocks: [...locks.values()].reduce((sum, seen) => sum + seen, 0) / looks,
          waitingForShortLocks: short / looks,
          ...Object.fromEntries(waiting),
        },
      };
    },
  };
}

/**
 * Estimates the throughput with a core for each node. A node is one JavaScript thread with helper
 * threads; the estimate counts it as full at one core, which is slightly too early.
 */
function withCoresToSpare({ name, runs }: ArmRuns): string {
  const each = (seconds: (run: ArmRuns['runs'][number]) => number | undefined) =>
    median(runs.map((run) => (seconds(run) ?? Number.NaN) / run.items));
  const node = each((run) => run.usage?.serverCpuSeconds);
  const postgres = each((run) => run.usage?.postgresCpuSeconds);
  const count = runs[0]?.details?.['nodes'] ?? 1;
  const waiting = median(runs.map((run) => run.details?.['waitingForLocks'] ?? Number.NaN));
  const possible = count / node;
  return (
    `${name}: ${(node * MICROSECONDS).toFixed()} µs of the nodes and ` +
    `${(postgres * MICROSECONDS).toFixed()} µs of PostgreSQL each; with a core for each node ` +
    `${Math.round(possible).toLocaleString('en')}/s, on ${(possible * postgres).toFixed(1)} cores of ` +
    `PostgreSQL; ${waiting.toFixed(2)} processes waiting for locks on average`
  );
}
