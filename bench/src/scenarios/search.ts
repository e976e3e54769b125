import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, HOUR_MS } from '@hooktrail/server/time-units';
import type { Arm, Scenario } from '../model/scenario.ts';
import { fillTrail } from '../stage/fill-trail.ts';
import { requestApi } from '../stage/request-api.ts';
import type { Stage } from '../stage/stage.ts';
import { getRequest } from '../wire/get-request.ts';
import { CLOSED_PORT } from './closed-port.ts';

interface Body {
  readonly results: readonly unknown[];
  readonly meta: {
    readonly has_more: boolean;
    readonly read: { readonly rows: number; readonly bytes: number };
    readonly filters: { readonly blocks: number; readonly read: number; readonly empty: number };
  };
}

const DAYS = 7;
const HOUR_SHARE = 1 / (24 * DAYS);

/** Answers that are looked at for what they found, beside those that are measured. */
const LOOKED_AT = 20;

const POLL_MS = 200;

/**
 * Searches a week of events, of which each has words of its own, and 1.2 attempts each. First the node
 * makes the filters, as after an upgrade: an idle node works half of the time.
 */
export const search: Scenario = {
  name: 'search',
  repeated: false,

  async arms(stage, sizes) {
    const count = sizes.largeHistory;
    const ports = Array.from({ length: Math.max(2, sizes.webhooks) }, () => CLOSED_PORT);
    const webhooks = await stage.webhooks.create(ports);
    const toMs = Date.now();
    const fromMs = toMs - DAYS * DAY_MS;
    const rareEvery = count;
    const { eventBytes, searches } = sizes;
    await fillTrail(stage, {
      count,
      fromMs,
      toMs,
      webhooks,
      rareEvery,
      eventBytes,
      distinct: true,
    });
    const events = count.toLocaleString('en');
    /** The word of an event at a share of the week. */
    const word = (share: number) => `w${Math.min(count - 1, Math.floor(share * count))}`;
    const spread = (n: number) => (n * 0.618034) % 1;
    // The hour before the trail was filled: relative times would leave it behind.
    const since = new Date(toMs - HOUR_MS).toISOString();
    const inHour = (n: number) => `${word(1 - spread(n) * HOUR_SHARE)} since:${since}&page[size]=1`;
    return [
      {
        ...searchArm(
          stage,
          `the first hit in an hour of ${events} without filters`,
          searches,
          inHour,
        ),
        prepare: async () => void (await stage.trail.sql('truncate search_filter')),
      },
      filtersArm(stage, count, fromMs),
      searchArm(stage, `the first hit in the newest hour of ${events}`, searches, inHour),
      searchArm(stage, `a unique word of ${events} events`, searches, (n) => word(spread(n))),
      searchArm(stage, `a common word of ${events}`, searches, () => 'refund'),
      searchArm(stage, `a word that none of ${events} has`, searches, (n) => `none${n}`, 0),
    ];
  },
};

/** How fast filters are made, and what they take. */
function filtersArm({ hooktrail, trail }: Stage, count: number, fromMs: number): Arm {
  return {
    name: 'filters made',
    unit: 'events/s',
    watched: () => ({ servers: [hooktrail.pid], postgres: hooktrail.postgresPid }),
    // Filters that were made before the trail was filled do not know it.
    prepare: async () => void (await trail.sql('truncate search_filter')),
    async run() {
      const startedMs = performance.now();
      for (;;) {
        const [ends] = await trail.sql<{ from_ms: number | null }>(
          'select min(from_ms) as from_ms from search_filter',
        );
        if (ends?.from_ms != null && ends.from_ms <= fromMs) break;
        await sleep(POLL_MS);
      }
      const seconds = (performance.now() - startedMs) / 1_000;
      const [size] = await trail.sql<{ bytes: number; filters: number }>(
        `select pg_total_relation_size('search_filter') as bytes, count(*) as filters from search_filter`,
      );
      const perEvent = Number(size?.bytes) / count;
      return {
        value: count / seconds,
        items: count,
        details: { bytesPerEvent: perEvent, filters: Number(size?.filters) },
        note: `${size?.filters} filters take ${perEvent.toFixed(1)} bytes an event`,
      };
    },
  };
}

function searchArm(
  { generator, hooktrail }: Stage,
  name: string,
  most: number,
  queryOf: (n: number) => string,
  results = 1,
): Arm {
  const pathOf = (n: number) => {
    const [q = '', ...parameters] = queryOf(n).split('&');
    return `/v1/search?${[new URLSearchParams({ q }), ...parameters].join('&')}`;
  };
  return {
    name,
    unit: 'searches/s',
    watched: () => ({ servers: [hooktrail.pid], postgres: hooktrail.postgresPid }),
    async run(share) {
      const count = Math.ceil(most * share);
      const { answers, seconds, latency } = await generator.call('load', {
        port: hooktrail.port,
        requests: Array.from({ length: count }, (_, n) => getRequest(pathOf(n))),
        connections: 1,
        until: { answers: count },
      });
      const sum = { read: 0, empty: 0, blocks: 0, bytes: 0, short: 0 };
      const lookedAt = Math.min(LOOKED_AT, most);
      for (let n = 0; n < lookedAt; n++) {
        const { meta, results: found } = await requestApi<Body>(hooktrail.url, 'GET', pathOf(n));
        sum.read += meta.filters.read;
        sum.empty += meta.filters.empty;
        sum.blocks += meta.filters.blocks;
        sum.bytes += meta.read.bytes;
        if (found.length < results) {
          if (!meta.has_more) throw new Error(`${name}: ${pathOf(n)} found ${found.length}`);
          sum.short++;
        }
      }
      const each = (value: number) => (value / lookedAt).toFixed(1);
      const falseHits = sum.blocks === 0 ? 0 : sum.empty / sum.blocks;
      return {
        value: answers / seconds,
        items: answers,
        latency,
        details: { falseHits, bytes: sum.bytes / lookedAt },
        note: `${name}: of ${each(sum.blocks)} blocks ${each(sum.read)} read, ${(100 * falseHits).toFixed(3)} % for nothing; ${each(sum.bytes / 1e6)} MB read; ${sum.short} of ${lookedAt} answers ended before the hit`,
      };
    },
  };
}
