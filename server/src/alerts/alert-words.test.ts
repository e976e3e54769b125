import { expect, test } from 'vitest';
import { ALERT_KINDS, type AlertKind } from '../model/alert.ts';
import { alertWords } from './alert-words.ts';
import type { AlertFacts } from './condition.ts';

const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const GIB = 1_024 ** 3;

/** What people read in a chat, in an e-mail and in the list. */
const SAID: readonly (readonly [AlertKind, number, AlertFacts, string])[] = [
  [
    'failing',
    0.6,
    { name: 'Orders', failed: 12, settled: 20, window_seconds: 900 },
    'Webhook "Orders": 12 of 20 invocations failed (60 %) within 15 min',
  ],
  [
    'failures',
    1_200,
    { name: 'Orders', failed: 1_200, settled: 5_000, window_seconds: 3_600 },
    'Webhook "Orders": 1,200 invocations failed within 1 h',
  ],
  [
    'account_failing',
    0.31,
    { failed: 310, settled: 1_000, window_seconds: 900 },
    'The account: 310 of 1,000 invocations failed (31 %) within 15 min',
  ],
  [
    'backlog',
    1_800,
    { name: 'Orders', paused: 0 },
    'Webhook "Orders": the oldest due invocation has been waiting for 30 min',
  ],
  [
    'breaker',
    720,
    { name: 'Orders', reason: '12 of 20 requests failed within 5 min' },
    'Webhook "Orders": its circuit breaker has not been closed for 12 min: 12 of 20 requests failed within 5 min',
  ],
  [
    'deactivated',
    1,
    { name: 'Orders' },
    'Webhook "Orders" was switched to inactive: its endpoint answered 410 Gone',
  ],
  [
    'job',
    1,
    { job_kind: 'replay', reason: 'canary: 0 of 1 succeeded' },
    `Job ${ID} (replay) stopped by itself: canary: 0 of 1 succeeded`,
  ],
  [
    'source',
    7_200,
    { name: 'support', error: 'status 503' },
    'Source "support": its archive is 2 h behind: status 503',
  ],
  ['source', 7_200, { name: 'support' }, 'Source "support": its archive is 2 h behind'],
  ['gap', 1, { name: 'support' }, 'Source "support": 1 new gap: what finished in it is unknown'],
  ['gap', 3, { name: 'support' }, 'Source "support": 3 new gaps: what finished in them is unknown'],
  [
    'reconcile',
    2,
    { name: 'support', window_seconds: 86_400 },
    'Source "support": 2 invocations sent within 24 h did not arrive',
  ],
  [
    'storage',
    3,
    { free_bytes: 8 * GIB, growth_bytes: 0.4 * GIB },
    'The disk of the database is full in 3 days: 8 GiB are free, and the database grows by 409.6 MiB a day',
  ],
  [
    'storage',
    0,
    { free_bytes: 0, growth_bytes: 2 * GIB },
    'The disk of the database is full: 0 MiB are free, and the database grows by 2 GiB a day',
  ],
  [
    'storage',
    1.04,
    { database_bytes: 63 * GIB, limit_bytes: 64 * GIB },
    'The database reaches its limit in 1 day: it has 63 GiB of 64 GiB',
  ],
  [
    'storage',
    0,
    { database_bytes: 64 * GIB, limit_bytes: 64 * GIB },
    'The database has reached its limit: it has 64 GiB of 64 GiB',
  ],
  [
    'node',
    150,
    { host: 'web-1', address: 'http://10.0.0.5:4400' },
    'Node http://10.0.0.5:4400 on web-1 has been silent for 2.5 min and did not stop',
  ],
  [
    'certificate',
    3.04,
    {
      ...{ name: 'Orders', which: 'endpoint', host: 'shop.example.com', others: 2 },
      not_after: '2026-02-03T12:00:00.000Z',
    },
    'Webhook "Orders" and 2 more: the certificate of shop.example.com ends in 3 days, at 2026-02-03T12:00:00.000Z',
  ],
  [
    'certificate',
    -1,
    { name: 'Orders', which: 'client', not_after: '2026-01-30T12:00:00.000Z' },
    'Webhook "Orders": the client certificate ended at 2026-01-30T12:00:00.000Z',
  ],
  [
    'secret',
    5.5,
    { name: 'Orders', until: '2026-01-31T17:30:00.000Z' },
    'Webhook "Orders": the old signing secret stops signing in 5.5 h, at 2026-01-31T17:30:00.000Z',
  ],
];

test.each(SAID)('an alert of %s at %d with %j says so', (kind, value, facts, summary) => {
  const said = alertWords({ kind, subject: ID, value, threshold: 1, facts });
  expect(said.summary).toBe(summary);
  expect(said.advice).toMatch(/^[A-Z].*[.]$/);
});

test('each kind has words', () => {
  expect(new Set(SAID.map(([kind]) => kind))).toEqual(new Set(ALERT_KINDS));
});
