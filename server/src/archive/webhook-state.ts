import { DAY_MS } from '../model/time-units.ts';
import type { SourceWebhookRow } from '../sql/read-source-webhooks.ts';
import type { updateArchiveWebhook } from '../sql/update-archive-webhook.ts';
import type { PolledWebhook } from './poll/choose-step.ts';
import type { LogState } from './poll/log-state.ts';
import type { Walk } from './poll/walk.ts';

/** A secret may be reset at the service. */
export const SECRET_EVERY_MS = DAY_MS;

/** A mirrored webhook, as the node that polls its source knows it. */
export interface WebhookState extends PolledWebhook, LogState {
  readonly id: string;
  readonly remoteId: string;
  readonly name: string;
  readonly everyMs: number;
  readonly fullWalk: Walk | null;
  readonly rowsCount: number;
  readonly invocationsCount: number;
  readonly lateCount: number;
  readonly bodiesCount: number;
  readonly lostCount: number;
  readonly hasSecret: boolean;
  /** An earlier time where it is to be read again sooner. */
  readonly secretReadMs: number | null;
  /** What it lists is compared with what arrived there. */
  readonly inboxId: string | null;
  readonly inboxSinceMs: number | null;
}

/** The state in a row. */
export function webhookState(
  row: SourceWebhookRow,
  { nowMs, readsSecrets }: { readonly nowMs: number; readonly readsSecrets: boolean },
): WebhookState {
  const secretReadMs = msOf(row.secret_read_at);
  return {
    id: row.id,
    remoteId: row.remote_id,
    name: row.name,
    goneMs: msOf(row.gone_at),
    watermarkMs: msOf(row.watermark_at),
    sinceMs: msOf(row.since_at),
    newestMs: msOf(row.newest_at),
    polledMs: msOf(row.polled_at),
    // "-infinity" is a number.
    dueMs: row.due_at instanceof Date ? row.due_at.getTime() : 0,
    everyMs: row.every_ms,
    walk: row.walk as Walk | null,
    fullWalk: row.full_walk as Walk | null,
    walkedMs: msOf(row.walked_at),
    rowsCount: row.rows_count,
    invocationsCount: row.invocations_count,
    lateCount: row.late_count,
    bodiesCount: row.bodies_count,
    wanted: row.wanted,
    wantedFailures: row.wanted_failures,
    lostCount: row.lost_count,
    inboxId: row.inbox_id,
    inboxSinceMs: msOf(row.inbox_since_at),
    bodyMs: 0,
    hasSecret: row.has_secret,
    secretReadMs,
    needsSecret: readsSecrets && (secretReadMs === null || secretReadMs + SECRET_EVERY_MS <= nowMs),
  };
}

/** The parameters of the statement that writes it. */
export function stateParams(
  state: WebhookState,
): Parameters<(typeof updateArchiveWebhook)['values']>[0] {
  return {
    ...state,
    goneAtMs: state.goneMs,
    polledAtMs: state.polledMs,
    dueAtMs: state.dueMs,
    walkedAtMs: state.walkedMs,
    secretReadAtMs: state.secretReadMs,
  };
}

const msOf = (at: Date | null): number | null => (at === null ? null : at.getTime());

/** A webhook of which some bodies are not to be fetched any more. */
export function withoutWanted(
  webhook: WebhookState,
  gone: readonly { readonly failed: boolean }[],
): WebhookState {
  const failures = gone.filter(({ failed }) => failed).length;
  return {
    ...webhook,
    wanted: Math.max(0, webhook.wanted - gone.length),
    wantedFailures: Math.max(0, webhook.wantedFailures - failures),
  };
}
