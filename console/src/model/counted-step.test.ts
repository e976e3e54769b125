import { parseQuery } from '@hooktrail/sdk/query';
import { expect, test } from 'vitest';
import { countedStep } from './counted-step.ts';

const NOW = Date.UTC(2026, 10, 29, 12);

test.each([
  ['', 'minute', 15],
  ['since:1h', 'minute', 1],
  ['since:2d status:failed', 'hour', 60],
  ['completed:2026-11-01..2026-11-28', 'hour', 12 * 60],
  ['since:52w', 'day', 7 * 24 * 60],
  ['since:5h until:4h', 'minute', 1],
])('counts %j by %s, %d minutes a bar', (text, step, minutes) => {
  expect(countedStep(parseQuery(text), NOW)).toEqual({ step, widthMs: minutes * 60_000 });
});
