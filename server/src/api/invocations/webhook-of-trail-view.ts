import type { WebhookOfTrail } from '../callers/find-webhook-of-trail.ts';

/** The webhook of a trail as the API shows it. */
export function webhookOfTrailView({ id, name, deletedAt, origin }: WebhookOfTrail) {
  return {
    id,
    name,
    ...(deletedAt !== undefined && { deleted_at: deletedAt.toISOString() }),
    ...(origin !== undefined && { origin }),
  };
}
