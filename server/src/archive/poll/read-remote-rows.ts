import type { WebhookInvocation } from '@hooktrail/sdk';
import { LISTED_STATUSES, type ListedStatus } from '../../model/delivery-status.ts';
import { idTimeMs, isId } from '../../model/ids.ts';
import { cleanText } from '../remote/clean-text.ts';
import { outcomeKey, type RemoteOutcome } from './remote-outcome.ts';

const MOST_ID = 255;
const MOST_STATUS = 64;
const MOST_TYPE = 255;

/** Outcomes for which no request was made. */
const HELD: readonly string[] = ['throttled', 'circuit broken'];

/** PostgreSQL and readers take these years. */
const FIRST_MS = Date.UTC(2000, 0);
const LAST_MS = Date.UTC(9999, 0);

/**
 * The rows of a page that can be stored: each once. What has not finished is left out, as the service does;
 * a Hooktrail lists it.
 */
export function readRemoteRows(items: readonly WebhookInvocation[]): RemoteOutcome[] {
  const rows = new Map<string, RemoteOutcome>();
  for (const item of items) {
    const row = readRow(item);
    if (row !== undefined) rows.set(`${row.remoteId} ${outcomeKey(row)}`, row);
  }
  return [...rows.values()];
}

/** A Hooktrail lists what it held back for good without a completion time, and sorts it by its creation. */
function heldMs(id: string, status: string): number {
  return HELD.includes(status) && isId(id) ? idTimeMs(id) : Number.NaN;
}

function readRow(item: WebhookInvocation): RemoteOutcome | undefined {
  const said = cleanText(String(item.status), MOST_STATUS);
  const completedMs = item.latestCompletedAt?.getTime() ?? heldMs(String(item.id), said);
  if (!(completedMs >= FIRST_MS && completedMs < LAST_MS)) return undefined;
  const status = LISTED_STATUSES.find((known) => known === said);
  const { statusCode, eventType } = item;
  const code =
    Number.isInteger(statusCode) && (statusCode as number) >= 0 && (statusCode as number) <= 999
      ? (statusCode as number)
      : null;
  return {
    remoteId: cleanText(String(item.id), MOST_ID),
    status: status ?? ('unknown' satisfies ListedStatus),
    remoteStatus: status === undefined ? said : null,
    statusCode: code,
    completedMs,
    sent: code !== null || !HELD.includes(said),
    eventType: typeof eventType === 'string' ? cleanText(eventType, MOST_TYPE) : null,
  };
}
