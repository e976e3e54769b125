import type { Database } from '../database/database.ts';
import type { Delivery } from '../deliver/create-delivery.ts';
import type { FeedHub } from '../feed/feed-hub.ts';
import type { Storage } from '../keep/storage.ts';
import type { NodeMetrics } from '../metrics/create-node-metrics.ts';
import { Known } from '../metrics/known.ts';
import { Scrapes } from '../metrics/scrapes.ts';
import type { Clock } from '../model/clock.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { listNodes } from '../nodes/list-nodes.ts';
import type { ShareUse } from '../shares/share-use.ts';
import { countJobs } from '../sql/count-jobs.ts';
import { countOpenAlerts } from '../sql/count-open-alerts.ts';
import { readSourceLags } from '../sql/read-source-lags.ts';
import { DueCounts } from '../trail/due-counts.ts';
import { addDueGauges } from './add-due-gauges.ts';
import { addShareGauges } from './add-share-gauges.ts';
import { addSourceGauges } from './add-source-gauges.ts';
import { addStorageGauges } from './add-storage-gauges.ts';

interface Parts {
  readonly acceptUse: () => { readonly items: ShareUse; readonly bytes: ShareUse };
  readonly clock: Clock;
  readonly database: Database;
  readonly delivery: Pick<Delivery, 'backlogs' | 'breakers' | 'use'>;
  readonly feed: Pick<FeedHub, 'readers'>;
  /** Why what is due of a webhook would wait now. */
  readonly heldBy: (webhookId: string) => string | undefined;
  readonly metrics: NodeMetrics;
  readonly oneLane: boolean;
  readonly storage: Pick<Storage, 'read'>;
}

/** One scrape in this time reads the database, whoever scrapes. */
const READ_EVERY_MS = 10 * SECOND_MS;

const NODE_STATES = ['up', 'missing'] as const;

/** Adds the gauges, which read the parts of the node, and makes what answers scrapes. */
export function watchParts(parts: Parts): Scrapes {
  const { acceptUse, clock, database, delivery, feed, heldBy, metrics, oneLane } = parts;
  const { all, top } = metrics;
  const now = () => performance.now();
  const known = <Value>(read: () => Promise<Value>, everyMs = READ_EVERY_MS) =>
    new Known({ read, everyMs, now });

  addShareGauges(
    all,
    () => {
      const { places, requests, trials } = delivery.use();
      return { places, requests, trials, accept: acceptUse().items };
    },
    () => ({ delivery: delivery.use().bytes, accept: acceptUse().bytes }),
  );
  all.gauge(
    'hooktrail_requests_in_flight',
    'Requests to endpoints in flight, test requests included.',
    [],
    () => delivery.use().requests.used,
  );
  all.gauge(
    'hooktrail_breakers_open',
    'Webhooks whose circuit breaker is not closed.',
    [],
    () => delivery.breakers.openCount,
  );
  all.gauge(
    'hooktrail_feed_readers',
    'Readers that follow the feed on this node.',
    [],
    () => feed.readers,
  );

  const counts = new DueCounts({ database, oneLane, due: () => delivery.backlogs.due() });
  const due = known(() => counts.read());
  addDueGauges({ clock, due, heldBy, metrics: all, top });
  const jobs = known(() => database.run(countJobs, undefined));
  all.gauge(
    'hooktrail_jobs',
    'Jobs that have not ended, by kind and state, of the whole database.',
    ['kind', 'state'],
    () => jobs.value?.map((one) => ({ labels: [one.kind, one.state], value: one.jobs })),
  );
  const alerts = known(() => database.run(countOpenAlerts, undefined));
  all.gauge(
    'hooktrail_alerts_open',
    'Alerts that are open, by kind and severity, of all accounts. Kinds without one are absent.',
    ['kind', 'severity'],
    () => alerts.value?.map((one) => ({ labels: [one.kind, one.severity], value: one.alerts })),
  );
  const sources = known(() => database.run(readSourceLags, undefined));
  addSourceGauges(all, sources);
  const nodes = known(() => listNodes(database));
  all.gauge(
    'hooktrail_nodes',
    'Nodes of the database by state. Missing: it ended without a word within the last day.',
    ['state'],
    () =>
      NODE_STATES.flatMap((state) => {
        const value = nodes.value?.filter((node) => node.state === state).length;
        return value === undefined ? [] : [{ labels: [state], value }];
      }),
  );
  let storageAskedAtMs = 0;
  const storage = new Known({
    read: () => {
      storageAskedAtMs = clock.now();
      return parts.storage.read();
    },
    everyMs: MINUTE_MS,
    now,
    // An answer that was kept for somebody else, such as alerts, does not show that PostgreSQL answers now.
    isRead: ({ readAtMs }) => readAtMs >= storageAskedAtMs,
  });
  addStorageGauges(all, clock, storage);

  return new Scrapes({
    metrics: all,
    known: new Map<string, Known<unknown>>([
      ['alerts', alerts],
      ['due', due],
      ['jobs', jobs],
      ['nodes', nodes],
      ['sources', sources],
      ['storage', storage],
    ]),
    before: () => top?.change(now()),
  });
}
