import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Metric, Sample } from './sample.ts';

/** A metric as prom-client reads it. */
interface Read {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly {
    readonly labels: Readonly<Record<string, string | number>>;
    readonly value: number;
    readonly metricName?: string;
  }[];
}

/** They are observed from the first scrape of this process on: one observer, whatever nodes it runs. */
let registry: Registry | undefined;

/**
 * What every Node.js process has, as prom-client names it: processor, memory, files, event loop, garbage
 * collection. Its observer of the event loop wakes the process every 10 ms, so a process that nobody scrapes
 * has none.
 */
export async function processMetrics(): Promise<readonly Metric[]> {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  const read = (await registry.getMetricsAsJSON()) as unknown as readonly Read[];
  return read.filter(isNamedWell).map(({ help, name, type, values }) => ({
    name,
    help,
    type: type as Metric['type'],
    samples: values.map(
      ({ labels, metricName = name, value }): Sample => ({
        labels: Object.fromEntries(
          Object.entries(labels).map(([label, of]) => [label, String(of)]),
        ),
        value,
        ...(metricName !== name && { suffix: metricName.slice(name.length) }),
      }),
    ),
  }));
}

/** Three gauges are named as counters are, which OpenMetrics refuses; each stands beside one by type. */
const isNamedWell = ({ name, type }: Read) => type === 'counter' || !name.endsWith('_total');
