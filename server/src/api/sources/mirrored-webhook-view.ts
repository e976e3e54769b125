import type { Role } from '../../model/account.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import { maskedUrl } from '../../secrets/masked-url.ts';
import { seesGuarded } from '../../secrets/sees-guarded.ts';
import type { MirroredWebhookRow } from '../../sql/read-mirrored-webhooks.ts';
import type { MirroredWebhook } from './mirrored-webhook-schema.ts';

/** A webhook of a source as the API shows it to a role. */
export function mirroredWebhookView(row: MirroredWebhookRow, role: Role): MirroredWebhook {
  const { endpoint, gone_at: goneAt, newest_at: newestAt, polled_at: polledAt } = row;
  const { http_method: method, request_format: format, status, watermark_at: watermark } = row;
  return {
    id: row.id,
    remote_id: row.remote_id,
    name: row.name,
    ...(status !== null && { status }),
    ...(endpoint !== null && { endpoint: seesGuarded(role) ? endpoint : maskedUrl(endpoint) }),
    ...(method !== null && { http_method: method }),
    ...(format !== null && { request_format: format }),
    subscriptions: [...(row.subscriptions ?? [])],
    ...(goneAt !== null && { gone_at: goneAt.toISOString() }),
    ...(polledAt !== null && { last_poll_at: polledAt.toISOString() }),
    poll_seconds: Math.round(row.every_ms / SECOND_MS),
    ...(watermark !== null && { complete_until: watermark.toISOString() }),
    ...(newestAt !== null && { newest_at: newestAt.toISOString() }),
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
    },
  };
}
