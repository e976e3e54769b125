import { setTimeout as sleep } from 'node:timers/promises';
import { processUsage } from '@hooktrail/harness/process-usage';
import { idArray, int2Array } from '@hooktrail/server/binary-arrays';
import { newId, uuidFromId } from '@hooktrail/server/ids';
import { laneOf } from '@hooktrail/server/lanes';
import type { Scenario } from '../model/scenario.ts';
import { requestApi } from '../stage/request-api.ts';
import type { Server } from '../stage/start-server.ts';
import { CLOSED_PORT } from './closed-port.ts';

/** Webhooks that one statement stores. */
const AT_ONCE = 5_000;

const PAGE = 'page[size]=100';

interface Page {
  readonly links?: { readonly next?: string };
}

/** A node with very many webhooks in one account, each with an invocation that waits for later. */
export const directory: Scenario = {
  name: 'directory',
  repeated: false,

  async arms({ nodes, trail, webhooks }, { directoryWebhooks, idleSettleSeconds, idleSeconds }) {
    const [template] = await webhooks.create([CLOSED_PORT]);
    for (let stored = 0; stored < directoryWebhooks; stored += AT_ONCE) {
      const count = Math.min(AT_ONCE, directoryWebhooks - stored);
      const ids = Array.from({ length: count }, () => newId(Date.now()));
      await trail.sql(
        `with copied as (
  insert into webhook (
    id, account_id, name, status, subscriptions, endpoint, http_method, request_format,
    signing_secret, created_at, created_by
  )
  select
    c.id, account_id, 'copy ' || md5(c.id::text), status, array['bench.' || c.id], endpoint,
    http_method, request_format, signing_secret, created_at, created_by
  from unnest($2::uuid[]) as c (id), webhook w
  where w.id = $1
)
insert into invocation (
  lane, id, webhook_id, event_id, event_type, status, attempts_count, latest_at, due_at
)
select c.lane, c.id, c.id, c.id, 'bench', 'server error', 1, now(), now() + interval '3 hours'
from unnest($2::uuid[], $3::smallint[]) as c (id, lane)`,
        [uuidFromId(template?.id as string), idArray(ids), int2Array(ids.map(laneOf))],
      );
    }
    /** A node that started with all of them. */
    let node: Server | undefined;
    const suffix = `with ${directoryWebhooks} webhooks`;

    function pages(name: string, query: string) {
      return {
        name: `directory: ${name} ${suffix}`,
        unit: 'ms a page',
        async run() {
          const { url } = node as Server;
          const started = performance.now();
          let path: string | undefined = `/api/v2/webhooks?${query}`;
          let read = 0;
          for (; path !== undefined && read < 100; read++) {
            const page: Page = await requestApi<Page>(url, 'GET', path);
            const next = page.links?.next;
            path = next?.slice(new URL(next).origin.length);
          }
          return { value: (performance.now() - started) / read, items: read };
        },
      };
    }

    return [
      {
        name: `directory: start ${suffix}`,
        unit: 's',
        async run() {
          const started = performance.now();
          [, node] = await nodes(2);
          return { value: (performance.now() - started) / 1_000, items: 1 };
        },
      },
      {
        name: `directory: idle ${idleSeconds} s ${suffix}`,
        unit: '% of a core',
        prepare: () => sleep(idleSettleSeconds * 1_000),
        async run() {
          const cpu = () => processUsage((node as Server).pid)?.cpuSeconds ?? Number.NaN;
          const before = cpu();
          await sleep(idleSeconds * 1_000);
          return { value: (100 * (cpu() - before)) / idleSeconds, items: idleSeconds };
        },
      },
      pages('newest first', PAGE),
      pages('by name', `${PAGE}&sort=name`),
    ];
  },
};
