import type { Position } from '../../trail/page.ts';

/** Where an export goes on: after a row of its list. */
export interface ExportCursor {
  readonly after: Position | null;
  /** Of attempts: the invocation at that place, of which further attempts may follow. */
  readonly open: {
    readonly webhookId: string;
    readonly invocationId: string;
    readonly eventId: string | null;
    readonly atMs: number;
    /** The last attempt. */
    readonly number: number;
  } | null;
}

/** The beginning of the list. */
export const FROM_THE_BEGINNING: ExportCursor = { after: null, open: null };

/** The file that an export is writing. */
export interface OpenFile {
  readonly number: number;
  readonly name: string;
  /** What the place calls it until it is complete. */
  readonly part: string;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly rows: number;
  /** What is beyond them in the file was not recorded. */
  readonly bytes: number;
  /** Where it begins: it is written again from there if it is lost. */
  readonly start: ExportCursor;
}

/** How far an export has come. */
export interface ExportProgress {
  /** The place that has its files; null before the first. */
  readonly folder: string | null;
  readonly rows: number;
  readonly bytes: number;
  readonly files: number;
  /** The creation of the first row, and of what was read last. */
  readonly firstMs: number | null;
  readonly reachedMs: number | null;
  readonly cursor: ExportCursor;
  readonly file: OpenFile | null;
  /** A file that has all its rows and may not have its name yet; of another version without `file`. */
  readonly named: {
    readonly part: string;
    readonly name: string;
    readonly file?: OpenFile;
    /** In hexadecimal digits; null where no holder has seen all of it. */
    readonly sha256?: string | null;
  } | null;
}

export const NEW_EXPORT: ExportProgress = {
  folder: null,
  rows: 0,
  bytes: 0,
  files: 0,
  firstMs: null,
  reachedMs: null,
  cursor: FROM_THE_BEGINNING,
  file: null,
  named: null,
};
