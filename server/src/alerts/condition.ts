import type { AlertKind, AlertRule } from '../model/alert.ts';

/** Something that a rule may find bad, as it is now. */
export interface Condition {
  readonly accountId: number;
  readonly kind: AlertKind;
  /** What it is about; unique in its account and kind. At most 200 characters. */
  readonly subject: string;
  readonly webhookId?: string;
  readonly sourceId?: string;
  readonly jobId?: string;
  readonly node?: string;
  /** In the unit of the kind. NaN: it is not known now, so what is watched of it stays as it is. */
  readonly value: number;
  /** Since when, if the facts say; otherwise since it was first seen. */
  readonly sinceMs?: number;
  /** What the words need (`alertWords`). */
  readonly facts: AlertFacts;
}

/** What the words of an alert are made of. */
export type AlertFacts = Readonly<Record<string, string | number>>;

/** The rules of all accounts at one evaluation. */
export interface AlertRules {
  /** Accounts whose rules are evaluated: those that are not suspended. */
  readonly accountIds: readonly number[];
  /** The rule of an account, with its defaults. */
  of(accountId: number, kind: AlertKind): AlertRule;
  /**
   * The subjects that were bad at the last evaluation, on whatever node. A reader that looks at some
   * subjects at a time must look at these each time, or their alerts would resolve.
   */
  watched(kind: AlertKind): readonly { readonly accountId: number; readonly subject: string }[];
}

/**
 * One reader of conditions. It returns only what may be bad; what it does not return is good. The engine
 * compares values with thresholds, and takes the first `MOST_OPEN_OF_KIND` of each kind and account: the worst
 * come first. It costs the same whatever an account has.
 */
export interface ConditionReader {
  /** The kinds that it reads. If it throws, alerts of these neither open nor resolve. */
  readonly kinds: readonly AlertKind[];
  readonly read: ReadConditions;
}

/** Reads what may be bad now. Undefined: it is not known yet, so what is watched stays as it is. */
export type ReadConditions = (rules: AlertRules) => Promise<readonly Condition[] | undefined>;
