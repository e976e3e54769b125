/** A file of an export, as the job has recorded it. */
export interface PlacedFile {
  readonly name: string;
  /** What the place calls it until it is complete. */
  readonly part: string;
  readonly bytes: number;
}

/** What the job records of a file beside its rows, so that any node can go on with it. */
export interface FileKept {
  /** Of a store: the tags of the parts that it has. */
  readonly parts: readonly string[] | null;
  /** What is too small for a part. */
  readonly tail: Uint8Array | null;
}

/** Nothing: what was saved is in the file. */
export const NOTHING_KEPT: FileKept = { parts: null, tail: null };

/** When what was added is saved. */
export interface SaveRhythm {
  readonly bytes: number;
  readonly rows: number;
  /** After this long in any case, so that a takeover has little to read again. */
  readonly longestMs: number;
}

/**
 * The files of one export while one holder writes them, one after the other. What fails with a passing
 * `ExportUnavailable` can be called again.
 */
export interface ExportFiles {
  readonly rhythm: SaveRhythm;
  /** Bytes that were added to the file and are in no part of it yet. */
  readonly pending: number;
  /** Prepares the place. */
  open(): Promise<void>;
  /** Begins a file; resolves to its `part`. */
  begin(name: string, signal: AbortSignal): Promise<string>;
  /**
   * Goes on with the file of an earlier holder after its first `bytes`; resolves to its `part` from now on,
   * which the job records, and undefined if the file is lost.
   *
   * @param onCopied called now and then; what it throws ends it, and nothing is left
   */
  takeOver(
    file: PlacedFile,
    kept: FileKept,
    onCopied: () => Promise<void>,
  ): Promise<string | undefined>;
  /** Forgets the part of an earlier holder once the job has recorded another. */
  dropPart(part: string): Promise<void>;
  /** Appends to the file. */
  add(bytes: Uint8Array): void;
  /**
   * Saves what was added; resolves to what the job must record, together with the rows. `ends`: all of it.
   *
   * @throws FileLost
   */
  save(ends: boolean, signal: AbortSignal): Promise<FileKept>;
  /** The SHA-256 of the file; undefined where this holder has not seen all of it. */
  digest(): Uint8Array | undefined;
  /**
   * Makes a file whole that has all its bytes: it has its name then. It may be called again, by any
   * holder; resolves to its SHA-256, and undefined if the file is lost.
   */
  complete(
    file: PlacedFile,
    kept: FileKept,
    sha256: Uint8Array | undefined,
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined>;
  /** Removes what holders left that were killed or too slow. All files are complete. */
  clean(signal: AbortSignal): Promise<void>;
  writeManifest(text: string, signal: AbortSignal): Promise<void>;
  /** Lets go of the file. */
  close(): Promise<void>;
}
