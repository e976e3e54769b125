import { idTimeMs } from '../../model/ids.ts';
import type { Inbox } from '../../model/inbox.ts';
import type { InboxView } from './inbox-schema.ts';

/** An inbox as the API shows it. */
export function inboxView(inbox: Inbox, nowMs: number): InboxView {
  const { idHeader, previousUntil, typeHeader } = inbox;
  return {
    id: inbox.id,
    name: inbox.name,
    scheme: inbox.scheme,
    secrets_count: inbox.secrets.length,
    tolerance_seconds: inbox.toleranceSeconds,
    default_type: inbox.defaultType,
    ...(typeHeader !== undefined && { type_header: typeHeader }),
    ...(idHeader !== undefined && { id_header: idHeader }),
    ...(previousUntil !== undefined &&
      previousUntil.getTime() > nowMs && { previous_until: previousUntil.toISOString() }),
    created_at: new Date(idTimeMs(inbox.id)).toISOString(),
    updated_at: inbox.updatedAt.toISOString(),
  };
}
