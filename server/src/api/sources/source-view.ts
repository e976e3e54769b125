import type { StoredSource } from '../../archive/create-source-store.ts';
import { LOG_MS } from '../../archive/poll/conclude-poll.ts';
import { MINUTE_MS } from '../../model/time-units.ts';
import type { SourceView } from './source-schema.ts';

interface Seen {
  readonly nowMs: number;
  /** When the oldest invocation finished whose bodies are missing. */
  readonly oldestMissing: Date | undefined;
}

const iso = (time: Date) => time.toISOString();

/** A source as the API shows it: without its secrets. */
export function sourceView(row: StoredSource, { nowMs, oldestMissing }: Seen): SourceView {
  const isRecent = row.requested_at !== null && row.requested_at.getTime() > nowMs - MINUTE_MS;
  const completeMs = row.unread > 0 ? undefined : row.complete_until?.getTime();
  return {
    id: row.id,
    name: row.name,
    base_url: row.base_url ?? '',
    credentials:
      row.login === null ? { type: 'access_token' } : { type: 'api_token', email: row.login },
    ...(row.only_webhooks !== null && { webhooks: [...row.only_webhooks] }),
    bodies: { policy: row.bodies, ...(row.bodies_every !== null && { every: row.bodies_every }) },
    budget_share: row.budget_share,
    ...(row.keep_months !== null && { keep_months: row.keep_months }),
    masking: {
      enabled: row.masking,
      headers: [...row.masked_headers],
      fields: [...row.masked_fields],
    },
    resend_secrets: row.resend,
    state: row.paused_at !== null ? 'paused' : isFailing(row) ? 'failing' : 'polling',
    created_at: iso(row.created_at),
    ...(row.updated_at !== null && { updated_at: iso(row.updated_at) }),
    ...(row.paused_at !== null && { paused_at: iso(row.paused_at) }),
    ...(row.polled_at !== null && { last_poll_at: iso(row.polled_at) }),
    ...(completeMs !== undefined && {
      complete_until: new Date(completeMs).toISOString(),
      lag_seconds: Math.max(0, Math.round((nowMs - completeMs) / 1_000)),
    }),
    webhooks_count: row.webhooks,
    webhooks_gone: row.webhooks_gone,
    webhooks_unread: row.unread,
    archived: {
      rows: row.rows_count,
      invocations: row.invocations_count,
      late_rows: row.late_count,
      bodies: row.bodies_count,
    },
    bodies_missing: {
      count: row.wanted,
      failures: row.wanted_failures,
      lost: row.lost_count,
      ...(oldestMissing !== undefined && {
        first_lost_at: new Date(oldestMissing.getTime() + LOG_MS).toISOString(),
      }),
    },
    requests_per_minute: isRecent ? row.requests : 0,
    ...(row.rate_limit !== null && { rate_limit: row.rate_limit }),
    ...(row.clock_off_ms !== null && { clock_off_ms: row.clock_off_ms }),
    ...(row.wait_until !== null &&
      row.wait_until.getTime() > nowMs && { waits_until: iso(row.wait_until) }),
    ...(row.error_code !== null &&
      row.error_at !== null && {
        error: { code: row.error_code, message: row.error ?? '', at: iso(row.error_at) },
      }),
  };
}

/** Of too many webhooks those that fit are polled. */
function isFailing({ error_code: code }: StoredSource): boolean {
  return code !== null && code !== 'limit';
}
