import type { JobCounts } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';

/** How much of what a job selected was sent or skipped, as a bar and in numbers. */
export function JobProgress({ counts: { position, selected } }: { counts: JobCounts }) {
  const text = `${formatCount(position)} of ${formatCount(selected)}`;
  return (
    <span class="job-progress">
      <progress max={Math.max(1, selected)} value={position} aria-label={`Done: ${text}`} />
      <span class="nowrap">{text}</span>
    </span>
  );
}
