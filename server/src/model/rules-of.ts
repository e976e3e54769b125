import type { Account } from './account.ts';
import { PROFILES } from './profiles.ts';
import type { Rules } from './rules.ts';
import type { Webhook } from './webhook.ts';

// A changed webhook or account is a new object, so what was put together for the old is never used.
const known = new WeakMap<Webhook, { readonly account: Account; readonly rules: Rules }>();

/** The rules of a webhook: its own, and those of its account's profile where it has none. */
export function rulesOf(webhook: Webhook, account: Account): Rules {
  const before = known.get(webhook);
  if (before !== undefined && before.account === account) return before.rules;
  const rules: Rules = { ...PROFILES[account.profile], ...webhook.ownRules };
  known.set(webhook, { account, rules });
  return rules;
}
