import type { Inbox } from '../model/inbox.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import type { InboxRow } from '../sql/read-inboxes.ts';

/** An inbox of its row, with its secrets opened. */
export function inboxFromRow(row: InboxRow, box: SecretBox): Inbox {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    scheme: row.scheme,
    secrets: JSON.parse(box.open(row.secrets)) as string[],
    toleranceSeconds: row.tolerance_seconds,
    defaultType: row.default_type,
    typeHeader: row.type_header ?? undefined,
    idHeader: row.id_header ?? undefined,
    previousUntil: row.previous_until ?? undefined,
    updatedAt: row.updated_at,
  };
}
