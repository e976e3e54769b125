import type { Hooktrail } from '@hooktrail/sdk/hooktrail';

/** How many webhooks an event type reaches. */
export interface Matches {
  readonly active: number;
  /** They would be skipped. */
  readonly inactive: number;
  /** Whether the account has webhooks that were not looked at. */
  readonly more: boolean;
}

/** Ten pages: a dry run is not worth more. */
const MOST = 1_000;

/** Counts the webhooks that subscribe to a type, as the server would match them. */
export async function countMatches(
  hooktrail: Hooktrail,
  type: string,
  signal: AbortSignal,
): Promise<Matches> {
  const webhooks = await hooktrail.webhooks
    .list({ pageSize: 100 }, { signal })
    .all({ limit: MOST + 1 });
  const matching = webhooks
    .slice(0, MOST)
    .filter(({ subscriptions }) => subscriptions.some((one) => covers(one, type)));
  const active = matching.filter(({ status }) => status === 'active').length;
  return { active, inactive: matching.length - active, more: webhooks.length > MOST };
}

const covers = (subscription: string, type: string): boolean =>
  subscription.endsWith('*') ? type.startsWith(subscription.slice(0, -1)) : subscription === type;
