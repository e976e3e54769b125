import type { ArmRuns, Run } from '../model/arm-runs.ts';
import type { Arm, Scenario } from '../model/scenario.ts';
import { compare } from '../report/compare.ts';
import { requestApi } from '../stage/request-api.ts';
import type { Stage } from '../stage/stage.ts';
import { getRequest } from '../wire/get-request.ts';
import { type HistoryPlace, histories } from './histories.ts';
import { type ListBody, type View, views } from './views.ts';

const unit = 'pages/s';

/**
 * Reads pages of 100 rows of a large and of a small history, with one request after the other on
 * one connection. The limit reads the rows of the same pages by the server's own statement on one
 * connection to the same PostgreSQL. It skips the rest of a request, such as the look for a
 * preceding page, which costs a second statement on every page but the first.
 */
export const list: Scenario = {
  name: 'list',
  repeated: true,

  async arms(stage, sizes) {
    const { large, small } = await histories(stage, sizes);
    const arms: Arm[][] = [];
    for (const place of [large, small]) {
      for (const view of await views(place)) {
        arms.push(armsOf(stage, place, view, sizes.listPages));
      }
    }
    // Arms to compare are neighbours: a view of the large history, then the same of the small one.
    const half = arms.length / 2;
    return arms.slice(0, half).flatMap((pair, at) => [...pair, ...(arms[half + at] ?? [])]);
  },

  notes(arms) {
    const served = arms.filter(({ limit }) => limit !== undefined).map(({ name }) => name);
    const [firstOfMany = ''] = served;
    const pairs: [string, string][] = [];
    for (let at = 0; at + 1 < served.length; at += 2) {
      pairs.push([served[at] as string, served[at + 1] as string]);
    }
    const deep = served[2];
    return [
      ...pairs.map(([name, other]) => compared(arms, name, other)),
      ...(deep === undefined ? [] : [compared(arms, deep, firstOfMany)]),
    ];
  },
};

/** Compares the latency of a page in two arms. */
function compared(arms: readonly ArmRuns[], name: string, other: string): string {
  const times = (of: (run: Run) => number | undefined) => compare(arms, name, other, of).toFixed(2);
  const p50 = times((run) => run.latency?.p50);
  const p99 = times((run) => run.latency?.p99);
  return `${name}: p50 ${p50} and p99 ${p99} times those of ${other}`;
}

function armsOf(stage: Stage, place: HistoryPlace, { name, pages }: View, most: number): Arm[] {
  const { generator, bareRead } = stage;
  const { hooktrail } = place;
  const served = `list of ${place.count.toLocaleString('en')}: ${name}`;
  const bare = `${served}, bare SQL`;
  const requests = pages.map(({ path }) => getRequest(path));
  if (requests.length === 0) throw new Error(`${served}: the view has no page`);
  const postgres = hooktrail.postgresPid;
  let read: readonly (readonly string[])[] = [];

  return [
    {
      name: served,
      unit,
      limit: bare,
      watched: () => ({ servers: [hooktrail.pid], postgres }),
      async run(share) {
        const { answers, seconds, latency } = await generator.call('load', {
          port: hooktrail.port,
          requests,
          connections: 1,
          until: { answers: Math.ceil(most * share) },
        });
        return { value: answers / seconds, items: answers, latency };
      },
    },
    {
      name: bare,
      unit,
      watched: () => ({ servers: [bareRead.pid], postgres }),
      async run(share) {
        const count = Math.ceil(most * share);
        const { seconds, latency, ids } = await bareRead.call('read', {
          databaseUrl: hooktrail.databaseUrl,
          pages: pages.map((page) => page.rows),
          count,
        });
        read = ids;
        return { value: count / seconds, items: count, latency };
      },
      async finish() {
        for (const [at, page] of pages.entries()) {
          const found = read[at] ?? [];
          const { invocations } = await requestApi<ListBody>(hooktrail.url, 'GET', page.path);
          const same = invocations.every((row, place) => row.id === found[place]);
          if (found.length > 0 && (found.length !== invocations.length || !same)) {
            throw new Error(`${bare}: other rows than ${page.path}`);
          }
        }
      },
    },
  ];
}
