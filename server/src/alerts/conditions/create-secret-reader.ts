import type { Directory } from '../../directory/directory.ts';
import type { Clock } from '../../model/clock.ts';
import { rulesOf } from '../../model/rules-of.ts';
import { HOUR_MS } from '../../model/time-units.ts';
import type { AlertRules, Condition, ConditionReader } from '../condition.ts';
import { eachWebhook } from './each-webhook.ts';
import { worstOfAccounts } from './worst-of-accounts.ts';

interface Parts {
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'account' | 'webhooks'>;
}

/**
 * Reads the old signing secrets of active webhooks that stop signing within the hours of the rule. Only `v1`
 * signatures of Standard Webhooks are made with two secrets; of others a reset ends the old one at once.
 */
export function createSecretReader({ clock, directory }: Parts): ConditionReader {
  return { kinds: ['secret'], read };

  async function read(rules: AlertRules): Promise<readonly Condition[]> {
    const nowMs = clock.now();
    const accountIds = new Set(rules.accountIds);
    const conditions: Condition[] = [];
    await eachWebhook(directory, (webhook) => {
      const { accountId, id, name, previousSecret, status } = webhook;
      if (previousSecret === undefined || status !== 'active' || !accountIds.has(accountId)) return;
      const account = directory.account(accountId);
      if (account === undefined) return;
      const { signatures, standardWebhooks } = rulesOf(webhook, account);
      if (!standardWebhooks || !signatures.includes('v1')) return;
      const value = (previousSecret.until.getTime() - nowMs) / HOUR_MS;
      const { enabled, threshold } = rules.of(accountId, 'secret');
      if (value <= 0 || !enabled || value > threshold) return;
      const until = previousSecret.until.toISOString();
      const subject = id;
      conditions.push({
        accountId,
        kind: 'secret',
        subject,
        webhookId: id,
        value,
        facts: { name, until },
      });
    });
    return worstOfAccounts(conditions, rules);
  }
}
