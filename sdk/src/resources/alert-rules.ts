import { readMany } from '../internal/read-many.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { AlertKind, AlertRule, AlertRulePatch } from '../models/alert.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { alertRule } from '../shapes/alert.ts';

/** The rules by which alerts open: one of each kind. */
export interface AlertRules {
  /**
   * Returns the rules of all kinds. Those that nobody changed have defaults.
   *
   * @param options - Apply to this call.
   */
  list(options?: CallOptions): APIPromise<AlertRule[]>;

  /**
   * Changes a rule, and returns it after the change.
   *
   * @param kind - The kind of the rule.
   * @param patch - What to change: omitted fields stay, null is back to the default.
   * @param options - Apply to this call.
   */
  update(kind: AlertKind, patch: AlertRulePatch, options?: CallOptions): APIPromise<AlertRule>;
}

const readRule = readOne('rule', alertRule);
const readRules = readMany('rules', alertRule);

/** Creates the operations on the rules of alerts. */
export const alertRules = (send: Send): AlertRules => ({
  list: (options) => send({ path: v1Path('alert-rules') }, readRules, options),

  update: (kind, patch, options) =>
    send(
      {
        method: 'PATCH',
        path: v1Path('alert-rules', kind),
        body: { rule: alertRule.encode(patch) },
      },
      readRule,
      options,
    ),
});
