import { idTimeMs } from '../../model/ids.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import type { ReplayJobView } from './job-schema.ts';
import type { Line } from './line-of.ts';

/** What jobs of all kinds show. */
export function jobFieldsView(row: JobRow, line: Line | undefined) {
  const reasonCode = line === undefined ? row.reason_code : 'line';
  return {
    id: row.id,
    state: row.state,
    ...(reasonCode !== null && {
      reason_code: reasonCode as NonNullable<ReplayJobView['reason_code']>,
    }),
    ...(line === undefined
      ? row.reason !== null && { state_reason: row.reason }
      : {
          state_reason: `${line.at_work} jobs of this account are at work, and ${line.waiting_before} wait before this one`,
        }),
    ...(row.note !== null && { reason: row.note }),
    requested_by: row.requested_by,
    created_at: new Date(idTimeMs(row.id)).toISOString(),
    ...(row.started_at !== null && { started_at: row.started_at.toISOString() }),
    ...(row.ended_at !== null && { ended_at: row.ended_at.toISOString() }),
    query: [...(row.spec as { readonly query: readonly unknown[] }).query],
  };
}
