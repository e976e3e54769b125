import { expect, it } from 'vitest';
import { parseQuery } from './parse-query.ts';
import { printQuery } from './print-query.ts';
import { resolveQuery } from './resolve-query.ts';
import { type TimeTerm, timeRanges } from './time-ranges.ts';

const NOW_MS = Date.parse('2026-11-28T12:00:00.500Z');

const show = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString() : String(ms));
const DAY = '2026-11-01T00:00:00.000Z';
const NEXT_DAY = '2026-11-02T00:00:00.000Z';

it.each([
  ['created:2026-11-01', DAY, NEXT_DAY],
  ['created:>=2026-11-01', DAY, 'Infinity'],
  ['created:>2026-11-01', NEXT_DAY, 'Infinity'],
  ['created:<2026-11-01', '-Infinity', DAY],
  ['completed:<=2026-11-01', '-Infinity', NEXT_DAY],
  ['completed:2026-10-31..2026-11-01', '2026-10-31T00:00:00.000Z', NEXT_DAY],
  ['since:2026-11-01', DAY, 'Infinity'],
  ['until:2026-11-01', '-Infinity', NEXT_DAY],
  ['created:2026-11-01T23:59', '2026-11-01T23:59:00.000Z', NEXT_DAY],
  ['created:2026-11-01T23:59:59', '2026-11-01T23:59:59.000Z', NEXT_DAY],
  ['created:2026-11-01T23:59:59.999', '2026-11-01T23:59:59.999Z', NEXT_DAY],
  ['since:2h', '2026-11-28T10:00:00.500Z', 'Infinity'],
  ['until:1d', '-Infinity', '2026-11-27T12:00:00.501Z'],
  ['created:1w..1m', '2026-11-21T12:00:00.500Z', '2026-11-28T11:59:00.501Z'],
  ['since:999999w', '1970-01-01T00:00:00.000Z', 'Infinity'],
])('%s is from %s to before %s', (text, from, before) => {
  for (const query of [parseQuery(text), resolveQuery(parseQuery(text), NOW_MS)]) {
    const ranges = query.flatMap((term) => timeRanges(term as TimeTerm, NOW_MS));
    expect(ranges.map((range) => range.map(show))).toEqual([[from, before]]);
  }
});

it('has a range for each value', () => {
  const [term] = parseQuery('created:2026-11-01,2026-11-03');
  expect(timeRanges(term as TimeTerm, NOW_MS)).toHaveLength(2);
});

it('resolves what is relative, and nothing else', () => {
  const query = parseQuery('since:2h -completed:<30s,2026-11-01 took:>5s 2h');
  expect(printQuery(resolveQuery(query, NOW_MS))).toBe(
    'since:2026-11-28T10:00:00.500Z -completed:<2026-11-28T11:59:30.500Z,2026-11-01 took:>5s 2h',
  );
});
