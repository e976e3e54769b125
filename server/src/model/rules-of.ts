import type { Account } from './account.ts';
import { PROFILES } from './profiles.ts';
import type { Rules } from './rules.ts';
import type { Webhook } from './webhook.ts';

// Webhooks and accounts are immutable: a change brings a new object, which misses this cache.
const cached = new WeakMap<Webhook, { readonly account: Account; readonly rules: Rules }>();

/** Returns the rules of a webhook: the profile of its account, overridden by its own rules. */
export function rulesOf(webhook: Webhook, account: Account): Rules {
  const hit = cached.get(webhook);
  if (hit !== undefined && hit.account === account) return hit.rules;
  const rules: Rules = { ...PROFILES[account.profile], ...webhook.ownRules };
  cached.set(webhook, { account, rules });
  return rules;
}
