import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '@hooktrail/harness/median';
import { confidence } from '../measure/confidence.ts';
import { monotonicUs } from '../measure/monotonic-us.ts';
import { profileShare } from '../measure/profile-share.ts';
import type { ArmRuns } from '../model/arm-runs.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import type { Sizes } from '../model/sizes.ts';
import type { Stage } from '../stage/stage.ts';
import type { Place } from '../stage/start-place.ts';
import { costOf } from './cost-of.ts';
import { publishingArm } from './publishing-arm.ts';

/**
 * Five times as many samples as V8 takes by default. A function that V8 compiles into its caller would be counted as
 * that one: nothing is compiled into another, which makes short functions, such as those that count, cost more.
 */
const FLAGS = ['--cpu-prof-interval=200', '--no-turbo-inlining', '--no-maglev-inlining'];

const WARM_UP_SHARE = 0.25;

/** The files that count, and those that only exist to have something counted. */
const COUNTING = /\/server\/dist\/(?:metrics\/|api\/count-requests\.js$)/;

/** Read for the durations of statements and calls, and for others that need the time as well. */
const CLOCK = 'now';

/**
 * What metrics cost where they are counted: the share of the node's thread in their code, by a CPU profile of the
 * real node that accepts and delivers. With and without metrics the same load differs by less than two rounds with
 * them do, so a comparison cannot resolve 1 %; a profile sees the code itself. Each run has a server of its own,
 * because V8 writes a profile when its process ends. The figure is an upper limit: see `FLAGS`.
 */
export const metrics: Scenario = {
  name: 'metrics',
  repeated: true,

  async arms(stage, sizes) {
    const full = { name: 'metrics: end to end', events: sizes.endToEndEvents };
    const steady = {
      name: `metrics: ${sizes.latencyPerSecond} a second`,
      events: Math.ceil(sizes.latencyPerSecond * sizes.latencySeconds),
      perSecond: sizes.latencyPerSecond,
    };
    // One server shows that it runs.
    const loads = sizes.ownServers ? [full, steady] : [steady];
    return loads.map((load) => profiledArm(stage, sizes, load));
  },

  notes: (arms) => arms.map(line),
};

interface Load {
  readonly name: string;
  readonly events: number;
  readonly perSecond?: number;
}

function profiledArm(stage: Stage, sizes: Sizes, load: Load): Arm {
  let folder: string;
  let place: Place;
  let publishing: Arm;
  return {
    name: load.name,
    unit: '% of the thread',
    // Its server has ended when the use of the others is read.
    watched: () => ({ servers: [] }),

    async prepare(share) {
      folder = await mkdtemp(join(tmpdir(), 'hooktrail-profile-'));
      const options = { profileDir: folder, flags: FLAGS };
      place = await stage.place({ HOOKTRAIL_PROCESSES: '1' }, options);
      publishing = await publishingArm({ ...stage, ...place }, sizes, load);
      await publishing.prepare?.(share);
      await publishing.run(share * WARM_UP_SHARE);
      await publishing.prepare?.(share);
    },

    async run(share) {
      try {
        const fromUs = monotonicUs();
        const outcome = await costOf(place, () => publishing.run(share));
        const untilUs = monotonicUs();
        await place.stop();
        const profile = await mainProfile(folder, place.hooktrail.pid);
        const within = (isCounted: Parameters<typeof profileShare>[2]) =>
          profileShare(profile, [fromUs, untilUs], isCounted);
        const counting = within(({ url }) => COUNTING.test(url));
        const clock = within(
          ({ functionName, url }) => functionName === CLOCK && url.startsWith('node:'),
        );
        const percent = (100 * counting.within) / counting.samples;
        const { nodeUs = Number.NaN } = outcome.details;
        return {
          ...outcome,
          value: percent,
          details: {
            ...outcome.details,
            samples: counting.samples,
            metricsUs: (percent / 100) * nodeUs,
            clockPercent: (100 * clock.within) / clock.samples,
          },
        };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** The profile of a process's first thread: `CPU.<date>.<time>.<pid>.<thread>.<sequence>.cpuprofile`. */
async function mainProfile(folder: string, pid: number): Promise<string> {
  const names = await readdir(folder);
  const name = names.find((each) => each.includes(`.${pid}.0.`));
  if (name === undefined) throw new Error(`the node wrote no CPU profile: ${names.join(', ')}`);
  return readFile(join(folder, name), 'utf8');
}

function line({ name, runs }: ArmRuns): string {
  const detail = (key: string) => median(runs.map(({ details }) => details?.[key] ?? Number.NaN));
  const { half, mean } = confidence(runs.map(({ value }) => value));
  const width = runs.length > 1 ? ` ± ${half.toFixed(2)} %` : '';
  const of = detail('nodeUs') + detail('postgresUs');
  return (
    `${name}: ${mean.toFixed(2)} %${width} of the node's thread (95 %, rounds: ${runs.length}), ` +
    `${detail('metricsUs').toFixed(2)} µs of ${of.toFixed()} µs of processor that an event takes; ` +
    `all readings of the clock, most of which others need, ${detail('clockPercent').toFixed(2)} %`
  );
}
