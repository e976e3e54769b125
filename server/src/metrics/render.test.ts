import { expect, test } from 'vitest';
import { Metrics } from './metrics.ts';
import { render } from './render.ts';

const scene = () => {
  const metrics = new Metrics();
  metrics.counter('x_things_total', 'Things.').add(3);
  metrics.counters('x_named_total', 'Named.', ['name']).of('a"b\\c\nd').add();
  const times = metrics.histogram('x_seconds', 'Times.', [0.5, 1]);
  times.observeOf(0.25, '01HQ3V8Z6J5X2K9W7T4R1P0N8M', 1_500);
  times.observe(1);
  times.observe(7);
  metrics.gauge('x_size', 'A size.', [], () => undefined);
  return metrics;
};

const HISTOGRAM = ['x_seconds_bucket{le="0.5"} 1', 'x_seconds_bucket{le="1.0"} 2'];

test('text has names with _total, escapes, and cumulative buckets', async () => {
  const lines = (await render(scene().read(), 'text')).split('\n');
  expect(lines).toContain('x_things_total 3');
  expect(lines).toContain('x_named_total{name="a\\"b\\\\c\\nd"} 1');
  for (const line of HISTOGRAM) expect(lines).toContain(line);
  expect(lines).toContain('x_seconds_bucket{le="+Inf"} 3');
  expect(lines).toContain('x_seconds_sum 8.25');
  expect(lines).toContain('x_seconds_count 3');
  // What is not known has no value.
  expect(lines.filter((line) => line.startsWith('x_size'))).toEqual([]);
});

test('OpenMetrics names the family without _total, has exemplars, and changes nothing for text', async () => {
  const metrics = scene();
  const open = (await render(metrics.read(), 'openmetrics')).split('\n');
  expect(open).toContain('# TYPE x_things counter');
  expect(open).toContain('x_things_total 3');
  expect(open).toContain(
    'x_seconds_bucket{le="0.5"} 1 # {invocation_id="01HQ3V8Z6J5X2K9W7T4R1P0N8M"} 0.25 1.5',
  );
  expect(open.slice(-2)).toEqual(['# EOF', '']);
  expect((await render(metrics.read(), 'text')).split('\n')).toContain(
    '# TYPE x_things_total counter',
  );
});

test.each(['text', 'openmetrics'] as const)(
  'a long %s is written in parts, and what waits comes in between',
  async (format) => {
    const metrics = scene();
    const many = metrics.counters('x_many_total', 'Many.', ['name'], 5_000);
    for (let index = 0; index < 5_000; index++) many.of(String(index)).add(index);
    metrics.gauge('x_last', 'The last one.', [], () => 7);
    let turns = 0;
    const count = () => {
      turns++;
      waiting = setImmediate(count);
    };
    let waiting = setImmediate(count);
    const lines = (await render(metrics.read(), format)).split('\n');
    clearImmediate(waiting);
    expect(turns).toBeGreaterThanOrEqual(5);
    const ofMany = lines.filter((line) => line.startsWith('x_many_total{'));
    expect(ofMany).toEqual(
      Array.from({ length: 5_000 }, (_, index) => `x_many_total{name="${index}"} ${index}`),
    );
    // Nothing but heads, samples and the lines between.
    const heads = lines.filter((line) => /^# (HELP|TYPE) /.test(line));
    expect(heads).toHaveLength(new Set(heads).size);
    expect(heads).toHaveLength(metrics.read().length * 2);
    const place = lines.indexOf('x_many_total{name="4999"} 4999');
    const next = lines.slice(place + 1).filter((line) => line !== '');
    expect(next.slice(0, 3)).toEqual([
      '# HELP x_last The last one.',
      '# TYPE x_last gauge',
      'x_last 7',
    ]);
    expect(lines.filter((line) => line === '')).toHaveLength(
      format === 'text' ? metrics.read().length : 1,
    );
  },
);

test('two metrics cannot have one name', () => {
  const metrics = scene();
  expect(() => metrics.counter('x_things_total', 'Again.')).toThrow(/x_things_total/);
});
