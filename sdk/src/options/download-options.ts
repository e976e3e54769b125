import type { CallOptions } from './call-options.ts';

/** Options of downloading a file. */
export interface DownloadOptions extends CallOptions {
  /**
   * How many bytes of the file you have already: the stream begins after them, and does not check the
   * SHA-256 of the whole. Needs `sha256`.
   */
  readonly from?: number | undefined;
  /** The SHA-256 that the list of files names: the download fails if the file has another one by now. */
  readonly sha256?: string | undefined;
}
