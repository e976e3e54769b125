import { median } from '@hooktrail/harness/median';
import { childrenOf } from '@hooktrail/harness/process-usage';
import { cpuClock } from '../measure/cpu-clock.ts';
import type { ArmRuns } from '../model/arm-runs.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import type { Sizes } from '../model/sizes.ts';
import type { Stage } from '../stage/stage.ts';
import type { Place } from '../stage/start-place.ts';
import { drainArm } from './drain-arm.ts';
import { publishingArm } from './publishing-arm.ts';

const MICROSECONDS = 1_000_000;

/** For which the rate is worked out from the cost. */
const MORE = [2, 4, 8];

/**
 * One process against several behind one port, each with its own database: end to end and draining. Where all
 * cores are busy, more processes can at best be no worse; what they would do on more cores follows from what an
 * event costs each part.
 */
export const processes: Scenario = {
  name: 'processes',
  repeated: true,

  async arms(stage, sizes) {
    const [least = 1] = sizes.processes;
    const arms: Arm[][] = [];
    for (const count of sizes.processes) arms.push(await armsOf(stage, sizes, { count, least }));
    return [0, 1].flatMap((kind) => arms.map((each) => each[kind] as Arm));
  },

  notes: (arms) => arms.map(line),
};

interface Counts {
  readonly count: number;
  /** Of the arm that is the limit. */
  readonly least: number;
}

async function armsOf(stage: Stage, sizes: Sizes, { count, least }: Counts): Promise<Arm[]> {
  const place = sizes.ownServers
    ? await stage.place({ HOOKTRAIL_PROCESSES: String(count) })
    : await stage.second();
  const on = { ...stage, ...place };
  const limit = (kind: string) => (count === least ? {} : { limit: nameOf(kind, least) });
  const publishing = await publishingArm(on, sizes, {
    name: nameOf('end to end', count),
    events: sizes.endToEndEvents,
  });
  const draining = await drainArm(on, sizes, {
    name: nameOf('drain', count),
    invocations: sizes.drainInvocations,
    webhooks: sizes.webhooks,
  });
  return [
    { ...measured(place, publishing, count), ...limit('end to end') },
    { ...measured(place, draining, count), ...limit('drain') },
  ];
}

function nameOf(kind: string, count: number): string {
  return `${kind}, ${count} ${count === 1 ? 'process' : 'processes'}`;
}

/** Adds what an event costs each part, in µs. */
function measured(place: Place, arm: Arm, processes: number): Arm {
  const { pid: first, postgresPid } = place.hooktrail;
  const behindIt = () =>
    childrenOf(first)
      .map(({ pid }) => pid)
      .filter((pid) => pid !== postgresPid);
  return {
    ...arm,
    place,
    watched: () => ({ servers: [first, ...behindIt()], postgres: postgresPid }),
    async run(share) {
      const members = behindIt();
      const clock = () => ({
        first: cpuClock([first], postgresPid),
        members: cpuClock(members, postgresPid),
      });
      const before = clock();
      const outcome = await arm.run(share);
      const after = clock();
      const each = (seconds: number) => (seconds * MICROSECONDS) / outcome.items;
      const firstUs = each(after.first.servers - before.first.servers);
      const membersUs = each(after.members.servers - before.members.servers);
      return {
        ...outcome,
        details: {
          ...outcome.details,
          processes,
          supervisorUs: members.length === 0 ? 0 : firstUs,
          processUs: members.length === 0 ? firstUs : membersUs,
          postgresUs: each(after.first.postgres - before.first.postgres),
        },
      };
    },
  };
}

/** A process counts as full at one core, which is slightly too early: it has helper threads. */
function line({ name, runs }: ArmRuns): string {
  const us = (part: string) => median(runs.map(({ details }) => details?.[part] ?? Number.NaN));
  const [process, supervisor, postgres] = [us('processUs'), us('supervisorUs'), us('postgresUs')];
  const would = MORE.map((count) => {
    const perSecond = (count * MICROSECONDS) / process;
    const cores = (perSecond * (supervisor + postgres)) / MICROSECONDS;
    return `${count} on a core each ${Math.round(perSecond).toLocaleString('en')}/s with ${cores.toFixed(1)} cores beside them`;
  });
  return (
    `${name}: ${process.toFixed(1)} µs of the processes, ${supervisor.toFixed(1)} µs of the one that supervises ` +
    `and ${postgres.toFixed(1)} µs of PostgreSQL each; ${would.join(', ')}`
  );
}
