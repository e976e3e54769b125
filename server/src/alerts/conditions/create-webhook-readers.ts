import type { Directory } from '../../directory/directory.ts';
import type { Broken } from '../../gates/breakers.ts';
import type { AlertKind } from '../../model/alert.ts';
import type { Clock } from '../../model/clock.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import type { AlertRules, Condition, ConditionReader } from '../condition.ts';
import { eachWebhook } from './each-webhook.ts';
import { worstOfAccounts } from './worst-of-accounts.ts';

interface Parts {
  /** What the sweep of this node found to be due. */
  readonly backlogs: {
    /** Whether it saw everything once: before that, nothing is known. */
    readonly isWhole: boolean;
    due(): readonly { readonly webhookId: string; readonly sinceMs: number }[];
  };
  readonly breakers: { all(): Iterable<readonly [string, Broken]> };
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'webhook' | 'webhooks'>;
}

/** Reasons of breakers are short; this bounds what an alert keeps of one. */
const MOST_REASON = 500;

/** Readers of what every node has in memory of webhooks: no statement, and some milliseconds for 100,000. */
export function createWebhookReaders(parts: Parts): readonly ConditionReader[] {
  const { backlogs, breakers, clock, directory } = parts;

  /** Webhooks whose value grows by a second each second, and is bad already: busy ones all have something due. */
  function timed(
    rules: AlertRules,
    kind: AlertKind,
    all: Iterable<{
      readonly webhookId: string;
      readonly sinceMs: number;
      readonly facts: Condition['facts'];
    }>,
  ): readonly Condition[] {
    const nowMs = clock.now();
    const found: Condition[] = [];
    for (const { facts, sinceMs, webhookId } of all) {
      const webhook = directory.webhook(webhookId);
      if (webhook === undefined) continue;
      const { accountId, id, name } = webhook;
      const { enabled, threshold } = rules.of(accountId, kind);
      const value = (nowMs - sinceMs) / SECOND_MS;
      if (!enabled || value < threshold) continue;
      found.push({
        ...{ accountId, kind, subject: id, webhookId: id, value },
        sinceMs: sinceMs + threshold * SECOND_MS,
        facts: { name, ...facts },
      });
    }
    return worstOfAccounts(found, rules);
  }

  function* backlogged() {
    for (const { sinceMs, webhookId } of backlogs.due()) {
      const paused = directory.webhook(webhookId)?.paused === undefined ? 0 : 1;
      yield { webhookId, sinceMs, facts: { paused } };
    }
  }

  function* broken() {
    for (const [webhookId, { reason, sinceMs }] of breakers.all()) {
      yield { webhookId, sinceMs, facts: { reason: reason.slice(0, MOST_REASON) } };
    }
  }

  return [
    {
      kinds: ['backlog'],
      read: async (rules) => (backlogs.isWhole ? timed(rules, 'backlog', backlogged()) : undefined),
    },
    {
      kinds: ['breaker'],
      read: async (rules) => timed(rules, 'breaker', broken()),
    },
    {
      kinds: ['deactivated'],
      read: async (rules) => {
        const found: Condition[] = [];
        const watched = new Set(rules.watched('deactivated').map(({ subject }) => subject));
        await eachWebhook(directory, ({ accountId, id, name, status, updatedAt, updatedBy }) => {
          // One that people switched off has their token; so has one of ours that they changed since.
          if (status !== 'inactive' || (updatedBy !== 'hooktrail' && !watched.has(id))) return;
          found.push({
            ...{ accountId, kind: 'deactivated', subject: id, webhookId: id, value: 1 },
            ...(updatedAt !== undefined && { sinceMs: updatedAt.getTime() }),
            facts: { name },
          });
        });
        return worstOfAccounts(found, rules);
      },
    },
  ];
}
