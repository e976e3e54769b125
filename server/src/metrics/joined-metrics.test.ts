import { expect, test } from 'vitest';
import { JoinedMetrics } from './joined-metrics.ts';
import { Metrics } from './metrics.ts';
import type { Metric } from './sample.ts';

/** The metrics of a process. */
function source() {
  const metrics = new Metrics();
  return {
    attempts: metrics.counters('hooktrail_attempts_total', 'Attempts.', ['status']),
    duration: metrics.histograms('hooktrail_took_seconds', 'Times.', ['phase'], [1, 2]),
    webhooks: metrics.counters('hooktrail_webhook_attempts_total', 'Busiest.', ['webhook_id']),
    gauges: new Map<string, number>(),
    read(): readonly Metric[] {
      const gauges = [...this.gauges].map(
        ([name, value]): Metric => ({
          name,
          help: '',
          type: 'gauge',
          samples: [{ labels: {}, value }],
        }),
      );
      return [...metrics.read(), ...gauges];
    },
  };
}

const seriesOf = (metrics: readonly Metric[], name: string) =>
  Object.fromEntries(
    (metrics.find((one) => one.name === name)?.samples ?? []).map(({ labels, suffix, value }) => [
      [suffix, ...Object.values(labels)].filter(Boolean).join(' '),
      value,
    ]),
  );

const both = new Set(['1', '2']);

test('counters and histograms are sums by their labels', () => {
  const [one, two] = [source(), source()];
  one.attempts.of('success').add(3);
  two.attempts.of('success').add(4);
  two.attempts.of('failed').add(1);
  one.duration.of('dns').observe(0.5);
  two.duration.of('dns').observe(1.5);
  two.duration.of('tls').observe(9);
  const joined = new JoinedMetrics();
  joined.take('1', one.read());
  joined.take('2', two.read());
  const read = joined.read(both);
  expect(seriesOf(read, 'hooktrail_attempts_total')).toEqual({ success: 7, failed: 1 });
  expect(seriesOf(read, 'hooktrail_took_seconds')).toEqual({
    '_bucket dns 1.0': 1,
    '_bucket dns 2.0': 2,
    '_bucket dns +Inf': 2,
    '_sum dns': 2,
    '_count dns': 2,
    '_bucket tls 1.0': 0,
    '_bucket tls 2.0': 0,
    '_bucket tls +Inf': 1,
    '_sum tls': 9,
    '_count tls': 1,
  });
});

test('the newest exemplar of a bucket stays', () => {
  const [one, two] = [source(), source()];
  one.duration.of('dns').observeOf(0.5, 'older', 1_000);
  two.duration.of('dns').observeOf(0.5, 'newer', 2_000);
  for (const order of [
    [one, two],
    [two, one],
  ]) {
    const joined = new JoinedMetrics();
    order.forEach((each, place) => {
      joined.take(String(place), each.read());
    });
    const samples = joined
      .read(new Set(['0', '1']))
      .find(({ type }) => type === 'histogram')?.samples;
    expect(samples?.[0]?.exemplar?.invocationId).toBe('newer');
  }
});

test('what an ended process counted stays, and its successor begins at 0 beside it', () => {
  const [one, two, three] = [source(), source(), source()];
  one.attempts.of('success').add(3);
  two.attempts.of('success').add(4);
  two.duration.of('dns').observe(1.5);
  const joined = new JoinedMetrics();
  joined.take('1', one.read());
  joined.take('2', two.read());
  joined.end('2');
  joined.end('never heard of');
  expect(seriesOf(joined.read(both), 'hooktrail_attempts_total')).toEqual({ success: 7 });
  expect(seriesOf(joined.read(both), 'hooktrail_took_seconds')).toMatchObject({ '_count dns': 1 });
  three.attempts.of('success').add(5);
  joined.take('3', three.read());
  expect(seriesOf(joined.read(both), 'hooktrail_attempts_total')).toEqual({ success: 12 });
});

test('gauges are joined by their meaning, without those of a silent process, whose counters stay', () => {
  const [one, two] = [source(), source()];
  one.attempts.of('success').add(3);
  two.attempts.of('success').add(4);
  for (const [name, ofOne, ofTwo] of [
    ['hooktrail_places_used', 5, 7],
    ['hooktrail_jobs', 5, 7],
    ['hooktrail_database_up', 1, 0],
    ['hooktrail_of_a_later_version', 1, 1],
  ] as const) {
    one.gauges.set(name, ofOne);
    two.gauges.set(name, ofTwo);
  }
  const joined = new JoinedMetrics();
  joined.take('1', one.read());
  joined.take('2', two.read());
  const ofGauge = (answered: Set<string>, name: string) =>
    joined.read(answered).find((metric) => metric.name === name)?.samples[0]?.value;
  const first = new Set(['1']);
  expect(ofGauge(both, 'hooktrail_places_used')).toBe(12);
  expect(ofGauge(first, 'hooktrail_places_used')).toBe(5);
  expect(ofGauge(both, 'hooktrail_jobs')).toBe(7);
  expect(ofGauge(both, 'hooktrail_database_up')).toBe(0);
  expect(ofGauge(first, 'hooktrail_database_up')).toBe(1);
  expect(ofGauge(both, 'hooktrail_of_a_later_version')).toBe(2);
  expect(ofGauge(first, 'hooktrail_attempts_total')).toBe(7);
});

test('what is due of webhooks is that of one process, because each names its own', () => {
  const name = 'hooktrail_webhook_due_invocations';
  const due = (values: Record<string, number>): readonly Metric[] => [
    {
      name,
      help: '',
      type: 'gauge',
      samples: Object.entries(values).map(([id, value]) => ({ labels: { webhook_id: id }, value })),
    },
  ];
  const joined = new JoinedMetrics();
  const series = (answered: ReadonlySet<string>) => seriesOf(joined.read(answered), name);
  joined.take('1', due({}));
  joined.take('2', due({ b: 20, other: 15 }));
  // The first one has not looked yet.
  expect(series(both)).toEqual({ b: 20, other: 15 });
  joined.take('1', due({ a: 10, other: 25 }));
  expect(series(both)).toEqual({ a: 10, other: 25 });
  expect(series(new Set(['2']))).toEqual({ b: 20, other: 15 });
  joined.end('1');
  expect(series(both)).toEqual({ b: 20, other: 15 });
});

test('a webhook that lost its series in one process does not go back, and ends with the last one', () => {
  const counter = (values: Record<string, number>): readonly Metric[] => [
    {
      name: 'hooktrail_webhook_attempts_total',
      help: '',
      type: 'counter',
      samples: Object.entries(values).map(([id, value]) => ({ labels: { webhook_id: id }, value })),
    },
  ];
  const series = (joined: JoinedMetrics) =>
    seriesOf(joined.read(both), 'hooktrail_webhook_attempts_total');
  const joined = new JoinedMetrics();
  joined.take('1', counter({ a: 100, other: 1 }));
  joined.take('2', counter({ a: 50, other: 1 }));
  joined.take('1', counter({ b: 2, other: 1 }));
  expect(series(joined)).toEqual({ a: 150, b: 2, other: 2 });
  joined.take('2', counter({ other: 1 }));
  expect(series(joined)).toEqual({ b: 2, other: 2 });
  joined.take('1', counter({ a: 1, b: 2, other: 1 }));
  expect(series(joined)).toEqual({ a: 1, b: 2, other: 2 });
});
