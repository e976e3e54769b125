import { type AcceptMetrics, createAcceptMetrics } from './accept-metrics.ts';
import type { Counter } from './counter.ts';
import { createDatabaseMetrics, type PoolMetrics } from './database-metrics.ts';
import { createDeliveryMetrics, type DeliveryMetrics } from './delivery-metrics.ts';
import { Metrics } from './metrics.ts';
import { createRequestMetrics, type RequestMetrics } from './request-metrics.ts';
import { TopWebhooks } from './top-webhooks.ts';

interface Options {
  readonly version: string;
  /** How many webhooks are named; 0: none, and no metric has a webhook. */
  readonly topWebhooks: number;
  readonly nameOf: (webhookId: string) => string | undefined;
}

/** The metrics of a node. Each part gets its own. */
export interface NodeMetrics {
  /** Where gauges are added. */
  readonly all: Metrics;
  readonly accept: AcceptMetrics;
  readonly deliver: DeliveryMetrics;
  readonly pool: (name: string) => PoolMetrics;
  readonly requests: RequestMetrics;
  /** Events that readers of the feed were too slow for. */
  readonly feedSkipped: Counter;
  /** Bytes that text searches read. */
  readonly searchBytes: Counter;
  /** Undefined: no webhook is named. */
  readonly top: TopWebhooks | undefined;
}

/** Makes the metrics of a node. */
export function createNodeMetrics({ nameOf, topWebhooks, version }: Options): NodeMetrics {
  const all = new Metrics();
  all.gauge(
    'hooktrail_build_info',
    'The version that runs; its value is 1.',
    ['version', 'node'],
    () => [{ labels: [version, process.version], value: 1 }],
  );
  const top =
    topWebhooks === 0 ? undefined : new TopWebhooks({ metrics: all, most: topWebhooks, nameOf });
  return {
    all,
    accept: createAcceptMetrics(all),
    deliver: createDeliveryMetrics(all, top),
    pool: createDatabaseMetrics(all),
    requests: createRequestMetrics(all),
    feedSkipped: all.counter(
      'hooktrail_feed_skipped_total',
      'Events that the feed skipped because readers were too slow.',
    ),
    searchBytes: all.counter('hooktrail_search_read_bytes_total', 'Bytes that text searches read.'),
    top,
  };
}
