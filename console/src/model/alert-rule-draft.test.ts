import type { AlertRule } from '@hooktrail/sdk/hooktrail';
import { expect, test } from 'vitest';
import { alertRuleChangesOf, alertRuleDraftOf } from './alert-rule-draft.ts';

const failing: AlertRule = {
  kind: 'failing',
  enabled: true,
  severity: 'critical',
  threshold: 0.29,
  minimum: 20,
  windowSeconds: 900,
  holdSeconds: 300,
  resolveSeconds: 600,
  isDefault: true,
  description: 'of a webhook',
  unit: 'of the kind',
  below: false,
};
const breaker: AlertRule = {
  kind: 'breaker',
  enabled: true,
  severity: 'critical',
  threshold: 600,
  holdSeconds: 0,
  resolveSeconds: 60,
  quietHours: {
    timeZone: 'Europe/Berlin',
    from: '22:00',
    to: '07:00',
    days: ['sat', 'sun'],
    exceptCritical: false,
  },
  isDefault: false,
  description: 'of a webhook',
  unit: 'of the kind',
  below: false,
};

test('a form that nobody changed changes nothing', () => {
  for (const rule of [failing, breaker]) {
    const base = alertRuleDraftOf(rule);
    expect(alertRuleChangesOf(rule.kind, base, base)).toEqual({});
    expect(alertRuleChangesOf(rule.kind, { ...base, hold: ` ${base.hold} ` }, base)).toEqual({});
  }
});

test('a share is written in per cent, and times with their units', () => {
  const base = alertRuleDraftOf(failing);
  expect(base).toMatchObject({ threshold: '29', window: '15 min', hold: '5 min', minimum: '20' });
  const draft = { ...base, threshold: ' 12.5 %', window: '1 h', enabled: 'off' as const };
  expect(alertRuleChangesOf('failing', draft, base)).toEqual({
    threshold: 0.125,
    windowSeconds: 3_600,
    enabled: false,
  });
  const open = alertRuleDraftOf(breaker);
  expect(open).toMatchObject({ threshold: '10 min', window: '', minimum: '' });
  expect(alertRuleChangesOf('breaker', { ...open, threshold: '2 min' }, open)).toEqual({
    threshold: 120,
  });
});

test('quiet hours are set, changed as a whole and removed', () => {
  const none = alertRuleDraftOf(failing);
  const quiet = { ...none, quiet: 'daily' as const, timeZone: ' UTC ', days: ['sun', 'mon'] };
  expect(alertRuleChangesOf('failing', quiet, none)).toEqual({
    quietHours: {
      timeZone: 'UTC',
      from: '22:00',
      to: '07:00',
      days: ['mon', 'sun'],
      exceptCritical: true,
    },
  });
  const base = alertRuleDraftOf(breaker);
  expect(alertRuleChangesOf('breaker', { ...base, quiet: 'none' }, base)).toEqual({
    quietHours: null,
  });
});

test.each([
  [{ threshold: 'half' }, 'Threshold must be a number, got half.'],
  [{ threshold: '' }, 'Threshold must be a number, got nothing.'],
  [{ minimum: '-3' }, 'The least invocations must be a number, got -3.'],
  [{ window: 'a day' }, 'Window must be a time such as 300 or 5 min, got a day.'],
  [{ hold: '' }, 'Bad for must be a time such as 300 or 5 min, got nothing.'],
])('%j is refused in words', (fields, message) => {
  const base = alertRuleDraftOf(failing);
  expect(() => alertRuleChangesOf('failing', { ...base, ...fields }, base)).toThrow(message);
});
