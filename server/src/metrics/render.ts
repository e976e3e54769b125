import { setImmediate as nextTurn } from 'node:timers/promises';
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

/** About 4 ms: deliveries wait no longer for a scrape than for each other. */
const SAMPLES_A_TURN = 1_000;

/** What comes before the samples of a metric: its help and its type. */
const HEAD = /^(?:#.*\n?){2}/;

/** What prom-client ends a text with. */
const END = /\n(?:# EOF\n)?$/;

/**
 * Writes metrics as Prometheus reads them. prom-client writes the text: escapes, numbers, exemplars. The text may have
 * 2 MB, so it is written in parts, a turn of the event loop each.
 */
export async function render(metrics: readonly Metric[], format: MetricsFormat): Promise<string> {
  const texts: string[] = [];
  let left = SAMPLES_A_TURN;
  for (const metric of metrics) {
    const { samples } = metric;
    const parts: string[] = [];
    for (let from = 0; from === 0 || from < samples.length; ) {
      if (left <= 0) {
        await nextTurn();
        left = SAMPLES_A_TURN;
      }
      const part = samples.slice(from, from + left);
      const text = await textOf({ ...metric, samples: part }, format);
      parts.push(from === 0 ? text : text.replace(HEAD, ''));
      // One without samples costs its head.
      left -= Math.max(1, part.length);
      from += Math.max(1, part.length);
    }
    texts.push(parts.join('\n'));
  }
  return format === 'openmetrics' ? `${texts.join('\n')}\n# EOF\n` : `${texts.join('\n\n')}\n`;
}

/** With a registry of its own: writing OpenMetrics changes the names of its metrics for good. */
async function textOf(metric: Metric, format: MetricsFormat): Promise<string> {
  const registry = new Registry();
  registry.setContentType(CONTENT_TYPES[format] as never);
  registry.registerMetric(written(metric, format) as never);
  return (await registry.metrics()).replace(END, '');
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
