import type { EffectiveRules } from '@hooktrail/sdk/hooktrail';
import { expect, test } from 'vitest';
import {
  keptRules,
  type RulesDraft,
  readRulesDraft,
  restoredRules,
  rulesDraft,
} from './rules-draft.ts';

const EFFECTIVE: EffectiveRules = {
  profile: 'durable',
  timeLimitSeconds: 12,
  scheduleSeconds: [5, 30, 120, 3_600],
  concurrency: 50,
  rateLimit: null,
  breaker: {
    windowSeconds: 300,
    minRequests: 100,
    errorRate: 0.7,
    maxErrors: 1_000,
    openSeconds: 5,
    maxOpenSeconds: 60,
  },
  standardWebhooks: false,
  propagateTrace: 'off',
  signatures: ['v1'],
  cloudevents: null,
  jitter: 0.2,
  retried: [],
  retryAfter: { maxSeconds: 3_600, longer: 'cut' },
  gone: 'deactivates',
  whileOpen: 'wait',
};

const changed = (
  draft: RulesDraft,
  sources: Partial<RulesDraft['sources']>,
  texts: Partial<RulesDraft['texts']> = {},
): RulesDraft => ({
  ...draft,
  sources: { ...draft.sources, ...sources },
  texts: { ...draft.texts, ...texts },
});

test('a webhook without own rules has none afterwards either, and fields show what is in effect', () => {
  const draft = rulesDraft({}, EFFECTIVE);
  expect(draft.texts).toMatchObject({
    time_limit_seconds: '12 s',
    schedule_seconds: '5 s, 30 s, 2 min, 1 h',
    'breaker.error_rate': '70',
  });
  const { problems, rules } = readRulesDraft(draft);
  expect(JSON.stringify(rules)).toBe('{}');
  expect([...problems]).toEqual([]);
});

test('own rules are read back as they were', () => {
  const own = {
    timeLimitSeconds: 33,
    scheduleSeconds: [],
    concurrency: 1,
    rateLimit: { requests: 1_000, seconds: 90 },
    breaker: null,
    standardWebhooks: true,
    propagateTrace: 'pass',
  };
  const effective = { ...EFFECTIVE, ...own };
  expect(readRulesDraft(rulesDraft(own, effective)).rules).toEqual(own);
  const share = { ...EFFECTIVE.breaker, errorRate: 0.000_001 } as typeof EFFECTIVE.breaker & object;
  const draft = rulesDraft({ breaker: share }, { ...EFFECTIVE, breaker: share });
  expect(readRulesDraft(draft).rules).toEqual({ breaker: share });
});

test('each field that cannot be read says its rule and the value, and only fields that count', () => {
  const draft = changed(
    rulesDraft({}, EFFECTIVE),
    { time_limit_seconds: 'own', schedule_seconds: 'own', breaker: 'own', rate_limit: 'none' },
    {
      time_limit_seconds: 'soon',
      schedule_seconds: '5 s, 1.5 s',
      'breaker.error_rate': 'half',
      'breaker.min_requests': '',
      'rate_limit.requests': 'x',
      concurrency: 'x',
    },
  );
  expect(Object.fromEntries(readRulesDraft(draft).problems)).toEqual({
    time_limit_seconds: 'must be whole seconds, such as 90 s, 2 min or 1 h, got soon',
    schedule_seconds: 'must be whole seconds, such as 90 s, 2 min or 1 h, got 1.5 s',
    'breaker.error_rate': 'must be a percentage, such as 70, got half',
    'breaker.min_requests': 'must be a whole number, got nothing',
  });
});

test('a schedule may be empty: no retries', () => {
  const draft = changed(
    rulesDraft({}, EFFECTIVE),
    { schedule_seconds: 'own' },
    { schedule_seconds: ' ' },
  );
  expect(readRulesDraft(draft).rules.scheduleSeconds).toEqual([]);
});

test('only what was written is kept: the other rules are as they stand when the form opens again', () => {
  const base = rulesDraft({}, EFFECTIVE);
  const draft = changed(base, { concurrency: 'own' }, { concurrency: '3' });
  const kept: unknown = JSON.parse(JSON.stringify(keptRules(draft, base)));
  expect(kept).toEqual({ sources: { concurrency: 'own' }, texts: { concurrency: '3' } });
  const later = rulesDraft({ breaker: null }, { ...EFFECTIVE, breaker: null });
  expect(restoredRules(kept, later)).toEqual(
    changed(later, { concurrency: 'own' }, { concurrency: '3' }),
  );
  expect(restoredRules({}, later)).toEqual(later);
});

test('signatures and CloudEvents are one of a few, and an empty source is none', () => {
  const draft = rulesDraft({}, EFFECTIVE);
  expect(readRulesDraft(draft).rules).toMatchObject({
    signatures: undefined,
    cloudevents: undefined,
  });
  const own = {
    ...changed(draft, { signatures: 'own', cloudevents: 'own' }),
    choices: {
      ...draft.choices,
      signatures: 'v1 v1a',
      'cloudevents.mode': 'structured',
      'cloudevents.handshake': 'asked',
    },
  };
  expect(readRulesDraft(own).rules).toMatchObject({
    signatures: ['v1', 'v1a'],
    cloudevents: { mode: 'structured', handshake: true },
  });
  const sourced = changed(own, {}, { 'cloudevents.source': ' /shop ' });
  expect(readRulesDraft(sourced).rules.cloudevents).toEqual({
    mode: 'structured',
    source: '/shop',
    handshake: true,
  });
  expect(readRulesDraft(changed(own, { cloudevents: 'none' })).rules.cloudevents).toBeNull();
  expect(restoredRules(keptRules(own, draft), draft)).toEqual(own);
});
