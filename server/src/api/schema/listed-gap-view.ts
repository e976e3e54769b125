import type { ArchiveGapRow } from '../../sql/read-archive-gaps.ts';

/** A gap of the archive where its rows would be. */
export function listedGapView(row: ArchiveGapRow) {
  return {
    source: row.source,
    webhook: { id: row.webhook_id, name: row.webhook_name },
    from: row.from_at.toISOString(),
    to: row.to_at.toISOString(),
    reason: row.reason,
  };
}
