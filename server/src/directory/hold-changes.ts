import type { WebhookReason } from '../model/reason-code.ts';
import type { Webhook } from '../model/webhook.ts';

/** All of a webhook waits from then on, or does no longer, for one reason. */
interface HoldChange {
  readonly kind: 'held' | 'released';
  readonly reasonCode: WebhookReason;
}

const REASONS = ['paused', 'inactive'] as const;

/** What a change of a webhook holds back, and what it lets go on; nothing when it is new or deleted. */
export function holdChanges(
  before: Webhook | undefined,
  after: Webhook | undefined,
): readonly HoldChange[] {
  if (before === undefined || after === undefined) return [];
  const holds = (webhook: Webhook): Readonly<Record<(typeof REASONS)[number], boolean>> => ({
    paused: webhook.paused !== undefined,
    inactive: webhook.status === 'inactive',
  });
  const [old, now] = [holds(before), holds(after)];
  return REASONS.filter((reason) => old[reason] !== now[reason]).map((reasonCode) => ({
    kind: now[reasonCode] ? 'held' : 'released',
    reasonCode,
  }));
}
