import type { DeliveryRules, EffectiveRules } from '@hooktrail/sdk/hooktrail';
import { readSeconds } from './read-seconds.ts';
import { showSeconds } from './show-seconds.ts';

/** The rules that a webhook may have of its own, by the names of the API. */
export type RuleName =
  | 'time_limit_seconds'
  | 'schedule_seconds'
  | 'concurrency'
  | 'rate_limit'
  | 'breaker'
  | 'standard_webhooks'
  | 'propagate_trace'
  | 'signatures'
  | 'cloudevents';

/** The fields of the form that hold text, by the names of the API. */
export type RuleField =
  | 'time_limit_seconds'
  | 'schedule_seconds'
  | 'concurrency'
  | 'rate_limit.requests'
  | 'rate_limit.seconds'
  | 'breaker.window_seconds'
  | 'breaker.min_requests'
  | 'breaker.error_rate'
  | 'breaker.max_errors'
  | 'breaker.open_seconds'
  | 'breaker.max_open_seconds'
  | 'cloudevents.source';

/** Where a rule comes from: the profile of the account, this webhook, or it is switched off. */
export type RuleSource = 'profile' | 'own' | 'none';

/** The rules of a webhook as a form holds them. */
export interface RulesDraft {
  readonly sources: Readonly<Record<RuleName, RuleSource>>;
  readonly texts: Readonly<Record<RuleField, string>>;
  readonly standardWebhooks: boolean;
  /** Of the rules that are one of a few. */
  readonly choices: Readonly<Record<RuleChoice, string>>;
}

/** The fields of the form that are one of a few. */
export type RuleChoice =
  | 'propagate_trace'
  | 'signatures'
  | 'cloudevents.mode'
  | 'cloudevents.handshake';

/** What is wrong with the fields of a form, by the names of the API. */
export type FieldProblems = ReadonlyMap<string, string>;

const percent = (share: number) => String(Math.round(share * 1_000_000) / 10_000);

/** Stands in where the profile has no rate limit or no breaker to start from. */
const RATE_LIMIT = { requests: 60, seconds: 60 };
const BREAKER = {
  windowSeconds: 300,
  minRequests: 100,
  errorRate: 0.7,
  maxErrors: 1_000,
  openSeconds: 5,
  maxOpenSeconds: 60,
};

/** The form of a webhook's rules; fields of rules that it does not have show what is in effect. */
export function rulesDraft(own: DeliveryRules, effective: EffectiveRules): RulesDraft {
  const rateLimit = effective.rateLimit ?? RATE_LIMIT;
  const breaker = effective.breaker ?? BREAKER;
  const sourceOf = (value: unknown): RuleSource =>
    value === undefined ? 'profile' : value === null ? 'none' : 'own';
  return {
    sources: {
      time_limit_seconds: sourceOf(own.timeLimitSeconds),
      schedule_seconds: sourceOf(own.scheduleSeconds),
      concurrency: sourceOf(own.concurrency),
      rate_limit: sourceOf(own.rateLimit),
      breaker: sourceOf(own.breaker),
      standard_webhooks: sourceOf(own.standardWebhooks),
      propagate_trace: sourceOf(own.propagateTrace),
      signatures: sourceOf(own.signatures),
      cloudevents: sourceOf(own.cloudevents),
    },
    texts: {
      time_limit_seconds: showSeconds(effective.timeLimitSeconds),
      schedule_seconds: effective.scheduleSeconds.map(showSeconds).join(', '),
      concurrency: String(effective.concurrency),
      'rate_limit.requests': String(rateLimit.requests),
      'rate_limit.seconds': showSeconds(rateLimit.seconds),
      'breaker.window_seconds': showSeconds(breaker.windowSeconds),
      'breaker.min_requests': String(breaker.minRequests),
      'breaker.error_rate': percent(breaker.errorRate),
      'breaker.max_errors': String(breaker.maxErrors),
      'breaker.open_seconds': showSeconds(breaker.openSeconds),
      'breaker.max_open_seconds': showSeconds(breaker.maxOpenSeconds),
      'cloudevents.source': effective.cloudevents?.source ?? '',
    },
    standardWebhooks: effective.standardWebhooks,
    choices: {
      propagate_trace: effective.propagateTrace,
      signatures: effective.signatures.join(' '),
      'cloudevents.mode': effective.cloudevents?.mode ?? 'binary',
      'cloudevents.handshake': effective.cloudevents?.handshake === true ? 'asked' : 'not asked',
    },
  };
}

/**
 * The own rules that a form describes, and what cannot be read of it. The node has the last word on
 * limits.
 */
export function readRulesDraft({ choices, sources, standardWebhooks, texts }: RulesDraft): {
  readonly rules: DeliveryRules;
  readonly problems: FieldProblems;
} {
  const problems = new Map<string, string>();
  const got = (text: string) => (text.trim() === '' ? 'nothing' : text.trim());
  const seconds = (field: RuleField, text = texts[field]): number => {
    const value = readSeconds(text);
    if (value === undefined) {
      problems.set(field, `must be whole seconds, such as 90 s, 2 min or 1 h, got ${got(text)}`);
    }
    return value ?? 0;
  };
  const whole = (field: RuleField): number => {
    const text = texts[field].trim().replaceAll(',', '');
    if (!/^\d{1,15}$/.test(text)) {
      problems.set(field, `must be a whole number, got ${got(texts[field])}`);
    }
    return Number(text);
  };
  const share = (field: RuleField): number => {
    const text = texts[field].trim().replace(/\s*%$/, '');
    if (!/^\d+(\.\d+)?$/.test(text)) {
      problems.set(field, `must be a percentage, such as 70, got ${got(texts[field])}`);
    }
    return Math.round(Number(text) * 10_000) / 1_000_000;
  };
  const own = <T>(name: RuleName, read: () => T): T | undefined =>
    sources[name] === 'own' ? read() : undefined;
  const orNone = <T>(name: RuleName, read: () => T): T | null | undefined =>
    sources[name] === 'none' ? null : own(name, read);

  const rules = {
    timeLimitSeconds: own('time_limit_seconds', () => seconds('time_limit_seconds')),
    scheduleSeconds: own('schedule_seconds', () =>
      texts.schedule_seconds
        .split(/[,;\n]/)
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map((part) => seconds('schedule_seconds', part)),
    ),
    concurrency: own('concurrency', () => whole('concurrency')),
    rateLimit: orNone('rate_limit', () => ({
      requests: whole('rate_limit.requests'),
      seconds: seconds('rate_limit.seconds'),
    })),
    breaker: orNone('breaker', () => ({
      windowSeconds: seconds('breaker.window_seconds'),
      minRequests: whole('breaker.min_requests'),
      errorRate: share('breaker.error_rate'),
      maxErrors: whole('breaker.max_errors'),
      openSeconds: seconds('breaker.open_seconds'),
      maxOpenSeconds: seconds('breaker.max_open_seconds'),
    })),
    standardWebhooks: own('standard_webhooks', () => standardWebhooks),
    propagateTrace: own('propagate_trace', () => choices.propagate_trace),
    signatures: own('signatures', () => choices.signatures.split(' ')),
    cloudevents: orNone('cloudevents', () => {
      const source = texts['cloudevents.source'].trim();
      return {
        mode: choices['cloudevents.mode'],
        ...(source !== '' && { source }),
        ...(choices['cloudevents.handshake'] === 'asked' && { handshake: true }),
      };
    }),
  };
  return { rules, problems };
}

const differing = <T>(now: Readonly<Record<string, T>>, base: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== base[name]));

/**
 * What a browser keeps of the form: only what was written in it, since somebody may change the other rules before it
 * opens again.
 */
export const keptRules = (draft: RulesDraft, base: RulesDraft) => ({
  sources: differing(draft.sources, base.sources),
  texts: differing(draft.texts, base.texts),
  ...(Object.keys(differing(draft.choices, base.choices)).length > 0 && {
    choices: differing(draft.choices, base.choices),
  }),
  ...(draft.standardWebhooks !== base.standardWebhooks && {
    standardWebhooks: draft.standardWebhooks,
  }),
});

/** The form with what was kept of it. */
export function restoredRules(kept: unknown, base: RulesDraft): RulesDraft {
  const { choices, sources, standardWebhooks, texts } = kept as Partial<RulesDraft>;
  return {
    sources: { ...base.sources, ...sources },
    texts: { ...base.texts, ...texts },
    choices: { ...base.choices, ...choices },
    standardWebhooks: standardWebhooks ?? base.standardWebhooks,
  };
}
