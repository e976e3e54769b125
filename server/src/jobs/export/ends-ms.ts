import type { ExportSpec } from './export-spec.ts';

/** The end of the span of creation that an export reads. */
export function endsMs({ before_ms: beforeMs, ends_ms: endMs }: ExportSpec): number {
  return Math.min(beforeMs, endMs ?? beforeMs);
}
