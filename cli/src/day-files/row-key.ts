import { outcomeKey, type RemoteOutcome } from '@hooktrail/server/remote-outcome';

/** What makes a row of the account's logs the same. */
export const rowKey = (webhookId: string, outcome: RemoteOutcome): string =>
  `${webhookId} ${outcome.remoteId} ${outcomeKey(outcome)}`;
