import type { Job } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';

/**
 * How much of what a job selected was sent or skipped, or how far an export has read, as a bar and in
 * numbers.
 */
export function JobProgress({ job }: { job: Job }) {
  const [position, selected, text] =
    job.kind === 'export'
      ? [job.share, 1, `${formatCount(job.counts.rows)} rows`]
      : [
          job.counts.position,
          job.counts.selected,
          `${formatCount(job.counts.position)} of ${formatCount(job.counts.selected)}`,
        ];
  return (
    <span class="job-progress">
      <progress max={Math.max(1, selected)} value={position} aria-label={`Done: ${text}`} />
      <span class="nowrap">{text}</span>
    </span>
  );
}
