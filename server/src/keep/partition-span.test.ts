import { expect, it } from 'vitest';
import { partitionSpan } from './partition-span.ts';

const at = (text: string) => Date.parse(`${text}Z`);

it.each([
  ['day', '2028-02-29T12:00', '2028-02-29T00:00', '20280229', '2028-03-01T00:00'],
  ['day', '2031-12-31T23:59:59.999', '2031-12-31T00:00', '20311231', '2032-01-01T00:00'],
  ['month', '2028-02-29T12:00', '2028-02-01T00:00', '202802', '2028-03-01T00:00'],
  ['month', '2031-12-31T23:59:59.999', '2031-12-01T00:00', '203112', '2032-01-01T00:00'],
  ['month', '2031-01-01T00:00', '2031-01-01T00:00', '203101', '2031-02-01T00:00'],
] as const)('a %s of %s begins at %s, is named %s and ends at %s', (of, time, start, name, end) => {
  const span = partitionSpan(of);
  expect(span.startOf(at(time))).toBe(at(start));
  expect(span.nameOf(at(start))).toBe(name);
  expect(span.endOf(`archive_event_${name}`)).toBe(at(end));
  // The next one begins where it ends.
  expect(span.startOf(at(start) + span.longestMs)).toBe(at(end));
  expect(`event_${name}`).toMatch(new RegExp(`^event_${span.suffix}$`));
});
