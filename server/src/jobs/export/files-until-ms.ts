import type { JobRow } from '../../sql/parts/job-row.ts';
import { type ExportSpec, FILES_KEPT_MS } from './export-spec.ts';

/** Until when the files of an export are kept; undefined while it has not ended. */
export function filesUntilMs({ ended_at: endedAt, spec, state }: JobRow): number | undefined {
  if (endedAt === null) return undefined;
  const kept = state === 'done' ? FILES_KEPT_MS : 0;
  return Math.min(
    (spec as ExportSpec).files_until_ms ?? Number.POSITIVE_INFINITY,
    endedAt.getTime() + kept,
  );
}
