import type { ArchiveGapRow } from '../../sql/read-archive-gaps.ts';
import { listedGapView } from '../schema/listed-gap-view.ts';
import type { ArchiveGap } from './source-schema.ts';

/** A gap of the archive as the API shows it. */
export function gapView(row: ArchiveGapRow): ArchiveGap {
  return { id: row.id, ...listedGapView(row), found_at: row.found_at.toISOString() };
}
