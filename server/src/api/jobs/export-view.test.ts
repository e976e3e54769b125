import { expect, test } from 'vitest';
import { NEW_EXPORT } from '../../jobs/export/export-progress.ts';
import { DAY_MS, HOUR_MS } from '../../model/time-units.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import { exportView } from './export-view.ts';

const NOW_MS = Date.parse('2026-11-29T12:00:00Z');

/** An export of 90 days that was created two days ago. */
function row(startedMs: number, reachedMs: number, spec: object = {}): JobRow {
  const beforeMs = NOW_MS - 2 * DAY_MS;
  return {
    id: '01KB8YQ6T5B3S8D1F4G7H9J2KM',
    kind: 'export',
    state: 'running',
    account_id: 1,
    requested_by: 'x',
    spec: { of: 'events', format: 'csv', query: [], before_ms: beforeMs, ...spec },
    progress: { ...NEW_EXPORT, firstMs: beforeMs - 90 * DAY_MS, reachedMs },
    created_at: new Date(beforeMs),
    started_at: new Date(startedMs),
    ended_at: null,
    reason: null,
    reason_code: null,
    note: null,
  } as unknown as JobRow;
}

const shown = (one: JobRow) => exportView(one, { line: undefined, nowMs: NOW_MS });

const FIRST_MS = NOW_MS - 92 * DAY_MS;

test('an export is expected to go on as it did', () => {
  const view = shown(row(NOW_MS - HOUR_MS, FIRST_MS + 45 * DAY_MS));
  expect(view.share).toBe(0.5);
  expect(view.expected_end_at).toBe(new Date(NOW_MS + HOUR_MS).toISOString());
});

test.each([
  ['at once after a pause', FIRST_MS + 1],
  ['before its first row', FIRST_MS],
])('one whose end nobody can tell says none: %s', (_, reachedMs) => {
  const view = shown(row(NOW_MS - 2 * DAY_MS, reachedMs));
  expect(view).not.toHaveProperty('expected_end_at');
  expect(view.state).toBe('running');
});

test('of a query that ends at a time, the share is of the time until then', () => {
  const endMs = FIRST_MS + 2 * DAY_MS;
  const view = shown(row(NOW_MS - HOUR_MS, FIRST_MS + DAY_MS, { ends_ms: endMs }));
  expect(view.share).toBe(0.5);
  expect(view.expected_end_at).toBe(new Date(NOW_MS + HOUR_MS).toISOString());
});
