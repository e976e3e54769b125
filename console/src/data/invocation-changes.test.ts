import { expect, test } from 'vitest';
import { invocationChanges } from './invocation-changes.ts';

const NOW_MS = Date.parse('2026-01-31T12:00:00Z');
const inMs = (ms: number) => new Date(NOW_MS + ms);

test.each([
  ['final', { state: 'final', reasonCode: 'exhausted' }],
  ['final, without a reason', { state: 'final' }],
  ['final, after a failed replay', { state: 'final', reasonCode: 'manual' }],
  ['ended by the breaker', { state: 'final', reasonCode: 'breaker' }],
  ['archived', { state: 'final', origin: 'acme' }],
  ['archived before it ended', { state: 'waiting', origin: 'acme' }],
])('one that is %s is not asked for again', (_name, found) => {
  expect(invocationChanges(found, NOW_MS)).toBeUndefined();
});

test.each([
  ['in flight', { state: 'in flight' }, 2_000],
  ['just accepted', { state: 'waiting' }, 2_000],
  ['due soon', { state: 'waiting', reasonCode: 'retry', nextAttemptAt: inMs(14_000) }, 2_000],
  ['due', { state: 'waiting', reasonCode: 'retry', nextAttemptAt: inMs(-1) }, 2_000],
  ['in flight while its webhook is paused', { state: 'in flight', reasonCode: 'paused' }, 2_000],
  ['due later', { state: 'waiting', reasonCode: 'retry', nextAttemptAt: inMs(15_000) }, 15_000],
  ['held by a pause', { state: 'waiting', reasonCode: 'paused' }, 15_000],
  [
    'held by a pause, and due',
    { state: 'waiting', reasonCode: 'paused', nextAttemptAt: inMs(-1) },
    15_000,
  ],
  ['of an inactive webhook', { state: 'waiting', reasonCode: 'inactive' }, 15_000],
  ['of a suspended account', { state: 'waiting', reasonCode: 'suspended' }, 15_000],
])('one that is %s is asked for again', (_name, found, everyMs) => {
  const rule = invocationChanges(found, NOW_MS);
  expect([rule?.everyMs, rule?.isBusy === true]).toEqual([everyMs, everyMs === 2_000]);
});
