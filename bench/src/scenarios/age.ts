import { median } from '@hooktrail/harness/median';
import type { ArmRuns, Run } from '../model/arm-runs.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import type { Age, Sizes } from '../model/sizes.ts';
import { compare } from '../report/compare.ts';
import { fillOldDays } from '../stage/fill-old-days.ts';
import type { Stage } from '../stage/stage.ts';
import type { Place } from '../stage/start-place.ts';
import { untilFiltered } from '../stage/until-filtered.ts';
import type { BenchWebhook } from '../stage/webhooks.ts';
import { getRequest } from '../wire/get-request.ts';
import { costOf } from './cost-of.ts';
import { publishingArm } from './publishing-arm.ts';

/** The retention of the older ones is as long as they are old, so that no day is dropped. */
const LEAST_RETENTION_DAYS = 7;

const EVENT = 'an event';
const PAGE = 'first page';
const ALL = 'first page over all webhooks';

/**
 * What an event costs, and how long the first page of a list takes, on servers that have been running for
 * different times. Each has its own database; all run, and take turns in each round.
 */
export const age: Scenario = {
  name: 'age',
  repeated: true,

  async arms(stage, sizes) {
    const arms: Arm[][] = [];
    for (const one of sizes.ages) arms.push(await armsOf(stage, sizes, one));
    // What is compared runs one after the other.
    const kinds = arms[0]?.length ?? 0;
    return Array.from({ length: kinds }, (_, kind) => arms.map((each) => each[kind] as Arm)).flat();
  },

  notes(arms) {
    const lines: string[] = [];
    for (const kind of [EVENT, PAGE, ALL]) {
      const same = arms.filter(({ name }) => name.endsWith(`: ${kind}`));
      for (const { name, runs } of same) {
        const of = kind === EVENT ? ({ value }: Run) => value : (run: Run) => run.latency?.p99;
        const times = compare(arms, name, same[0]?.name ?? '', of).toFixed(3);
        lines.push(
          `${name}: ${kind === EVENT ? split(runs) : `p99 ${median(runs.map((run) => of(run) ?? Number.NaN)).toFixed(2)} ms`}, ` +
            `${times} times that of the first`,
        );
      }
    }
    return lines;
  },
};

function split(runs: ArmRuns['runs']): string {
  const us = (part: string) =>
    median(runs.map(({ details }) => details?.[part] ?? Number.NaN)).toFixed(1);
  return `${us('nodeUs')} µs of the node and ${us('postgresUs')} µs of PostgreSQL`;
}

async function armsOf(stage: Stage, sizes: Sizes, { days, invocationsADay }: Age): Promise<Arm[]> {
  const retention = String(Math.max(LEAST_RETENTION_DAYS, days));
  const place = sizes.ownServers
    ? await stage.place({ HOOKTRAIL_RETENTION_DAYS: retention })
    : await stage.second();
  const { eventBytes, webhooks } = sizes;
  const [listed] = await fillOldDays(place, { days, invocationsADay, webhooks, eventBytes });
  if (sizes.warmUp) await untilFiltered(place, days);
  const name = `${days} days of ${invocationsADay.toLocaleString('en')}`;
  const publishing = await publishingArm({ ...stage, ...place }, sizes, {
    name: `${name}: ${EVENT}`,
    events: Math.ceil(sizes.agePerSecond * sizes.ageSeconds),
    perSecond: sizes.agePerSecond,
  });
  const path = `/api/v2/webhooks/${(listed as BenchWebhook).id}/invocations?page[size]=100`;
  return [
    {
      ...publishing,
      unit: 'µs',
      place,
      watched: () => watchedOf(place),
      async run(share) {
        const outcome = await costOf(place, () => publishing.run(share));
        const { nodeUs = Number.NaN, postgresUs = Number.NaN } = outcome.details;
        return { ...outcome, value: nodeUs + postgresUs };
      },
    },
    readingArm(stage, place, { name: `${name}: ${PAGE}`, path, most: sizes.listPages }),
    readingArm(stage, place, {
      name: `${name}: ${ALL}`,
      path: '/v1/invocations?page[size]=100',
      most: sizes.listPages,
    }),
  ];
}

function watchedOf({ hooktrail }: Place) {
  return { servers: [hooktrail.pid], postgres: hooktrail.postgresPid };
}

interface Reading {
  readonly name: string;
  readonly path: string;
  readonly most: number;
}

/** Reads the same page, one request after the other. */
function readingArm({ generator }: Stage, place: Place, { most, name, path }: Reading): Arm {
  return {
    name,
    unit: 'pages/s',
    place,
    watched: () => watchedOf(place),
    async run(share) {
      const { answers, seconds, latency } = await generator.call('load', {
        port: place.hooktrail.port,
        requests: [getRequest(path)],
        connections: 1,
        until: { answers: Math.ceil(most * share) },
      });
      return { value: answers / seconds, items: answers, latency };
    },
  };
}
