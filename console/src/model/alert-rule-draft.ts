import type { AlertRule, AlertRulePatch } from '@hooktrail/sdk/hooktrail';
import { ALERT_KINDS } from './alert-kinds.ts';
import { readSeconds } from './read-seconds.ts';
import { showSeconds } from './show-seconds.ts';

/** The days of quiet hours, as the API names them. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A rule as a form holds it: all of it text. */
export interface AlertRuleDraft {
  readonly enabled: 'on' | 'off';
  readonly severity: string;
  /** In per cent where the kind counts a share, with its unit where it counts seconds. */
  readonly threshold: string;
  /** Empty: the kind has none. */
  readonly minimum: string;
  /** With its unit; empty: the kind has none. */
  readonly window: string;
  readonly hold: string;
  readonly resolve: string;
  readonly quiet: 'none' | 'daily';
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
  readonly days: readonly string[];
  readonly critical: 'wait' | 'at once';
}

/** The time zone of the browser. */
const ownTimeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

function thresholdText(kind: string, threshold: number): string {
  const unit = ALERT_KINDS[kind]?.unit;
  if (unit === 'share') return String(Math.round(threshold * 100_000) / 1_000);
  return unit === 'seconds' ? showSeconds(threshold) : String(threshold);
}

/** The form of a rule. */
export const alertRuleDraftOf = (rule: AlertRule): AlertRuleDraft => ({
  enabled: rule.enabled ? 'on' : 'off',
  severity: rule.severity,
  threshold: thresholdText(rule.kind, rule.threshold),
  minimum: rule.minimum === undefined ? '' : String(rule.minimum),
  window: rule.windowSeconds === undefined ? '' : showSeconds(rule.windowSeconds),
  hold: showSeconds(rule.holdSeconds),
  resolve: showSeconds(rule.resolveSeconds),
  quiet: rule.quietHours ? 'daily' : 'none',
  timeZone: rule.quietHours?.timeZone ?? ownTimeZone(),
  from: rule.quietHours?.from ?? '22:00',
  to: rule.quietHours?.to ?? '07:00',
  days: rule.quietHours?.days ?? DAYS,
  critical: rule.quietHours?.exceptCritical === false ? 'wait' : 'at once',
});

/** What a browser may keep of a form: what was written in it. Others may have changed the rest meanwhile. */
export const keptAlertRuleDraft = (
  draft: AlertRuleDraft,
  base: AlertRuleDraft,
): Partial<AlertRuleDraft> =>
  Object.fromEntries(
    Object.entries(draft).filter(
      ([field, value]) =>
        JSON.stringify(value) !== JSON.stringify(base[field as keyof AlertRuleDraft]),
    ),
  );

function secondsOf(label: string, text: string): number {
  const seconds = readSeconds(text);
  if (seconds !== undefined) return seconds;
  throw new Error(`${label} must be a time such as 300 or 5 min, got ${text.trim() || 'nothing'}.`);
}

function numberOf(label: string, text: string): number {
  if (/^\d{1,15}(\.\d{1,6})?$/.test(text.trim())) return Number(text);
  throw new Error(`${label} must be a number, got ${text.trim() || 'nothing'}.`);
}

function thresholdOf(kind: string, text: string): number {
  const unit = ALERT_KINDS[kind]?.unit;
  if (unit === 'seconds') return secondsOf('Threshold', text);
  const number = numberOf('Threshold', unit === 'share' ? text.replace('%', '') : text);
  return unit === 'share' ? Math.round(number * 1_000) / 100_000 : number;
}

function rulePatchOf(kind: string, draft: AlertRuleDraft, base: AlertRuleDraft): AlertRulePatch {
  return {
    enabled: draft.enabled === 'on',
    severity: draft.severity as 'warning' | 'critical',
    threshold: thresholdOf(kind, draft.threshold),
    // A kind without one of them refuses it.
    ...(base.minimum !== '' && { minimum: numberOf('The least invocations', draft.minimum) }),
    ...(base.window !== '' && { windowSeconds: secondsOf('Window', draft.window) }),
    holdSeconds: secondsOf('Bad for', draft.hold),
    resolveSeconds: secondsOf('Good for', draft.resolve),
    quietHours:
      draft.quiet === 'none'
        ? null
        : {
            timeZone: draft.timeZone.trim(),
            from: draft.from.trim(),
            to: draft.to.trim(),
            days: DAYS.filter((day) => draft.days.includes(day)),
            exceptCritical: draft.critical === 'at once',
          },
  };
}

/**
 * What the form changes of a rule that was as `base` says: others may have changed the rest meanwhile.
 *
 * @throws Error that says what is wrong, in words for the form.
 */
export function alertRuleChangesOf(
  kind: string,
  draft: AlertRuleDraft,
  base: AlertRuleDraft,
): AlertRulePatch {
  const before = rulePatchOf(kind, base, base);
  return Object.fromEntries(
    Object.entries(rulePatchOf(kind, draft, base)).filter(
      ([field, value]) =>
        JSON.stringify(value) !== JSON.stringify(before[field as keyof AlertRulePatch]),
    ),
  );
}
