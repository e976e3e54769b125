import type { ExportCursor } from './export-progress.ts';

/** A row of an export, or a place in the list where it has none. */
export interface ExportRow {
  /** Undefined: nothing up to here is left to export. */
  readonly row: object | undefined;
  /** The creation of what it is of: an invocation or an event. */
  readonly atMs: number;
  /** Where the export goes on after it. */
  readonly cursor: ExportCursor;
}
