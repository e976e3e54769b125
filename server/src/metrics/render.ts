import { Registry } from 'prom-client';
import type { Exemplar } from './exemplar.ts';
import type { Metric } from './sample.ts';

/** The formats of a scrape. */
export type MetricsFormat = 'openmetrics' | 'text';

export const CONTENT_TYPES: Readonly<Record<MetricsFormat, string>> = {
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
  text: Registry.PROMETHEUS_CONTENT_TYPE,
};

/** OpenMetrics names a counter without this. */
const TOTAL = /_total$/;

/**
 * Writes metrics as Prometheus reads them. prom-client writes the text: escapes, numbers, exemplars. It gets
 * a registry for each scrape, because writing OpenMetrics changes the names of its metrics for good.
 */
export function render(metrics: readonly Metric[], format: MetricsFormat): Promise<string> {
  const registry = new Registry();
  registry.setContentType(CONTENT_TYPES[format] as never);
  for (const metric of metrics) registry.registerMetric(written(metric, format) as never);
  return registry.metrics();
}

/** What prom-client asks of a metric of its own. */
function written({ help, name, samples, type }: Metric, format: MetricsFormat) {
  const isCounter = type === 'counter';
  const shown = format === 'openmetrics' && isCounter ? name.replace(TOTAL, '') : name;
  const values = samples.map(({ exemplar, labels, suffix, value }) => ({
    labels,
    value,
    ...(suffix !== undefined && { metricName: name + suffix }),
    ...(exemplar !== undefined && { exemplar: writtenExemplar(exemplar) }),
  }));
  return { name: shown, get: async () => ({ name: shown, help, type, values }) };
}

function writtenExemplar({ atMs, invocationId, value }: Exemplar) {
  return { labelSet: { invocation_id: invocationId }, value, timestamp: atMs / 1_000 };
}
