/** How far the log of a webhook is read. */
export interface LogState {
  /** Everything that finished until then was read, apart from gaps; null before the first walk ended. */
  readonly watermarkMs: number | null;
  /** From when on. */
  readonly sinceMs: number | null;
  /** The newest row that its log must still show; null where none is expected. */
  readonly newestMs: number | null;
}
