import type { Gap } from '@hooktrail/server/conclude-poll';

/** The file of gaps. */
export const GAPS = 'gaps.ndjson';

/** A gap as its line has it. */
export interface KeptGap {
  readonly webhook_id: string;
  readonly webhook: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly found_at: string;
}

/** The line of a gap. */
export function gapLine(id: string, name: string, gap: Gap, foundMs: number): string {
  const iso = (ms: number) => new Date(ms).toISOString();
  const line: KeptGap = {
    webhook_id: id,
    webhook: name,
    from: iso(gap.fromMs),
    to: iso(gap.toMs),
    reason: gap.reason,
    found_at: iso(foundMs),
  };
  return JSON.stringify(line);
}
