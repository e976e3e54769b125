interface Options extends ErrorOptions {
  /** Whether trying again helps without anybody's doing: a store is away or busy. */
  readonly isPassing?: boolean;
  /** Why a job stops then. */
  readonly reason?: 'folder' | 'store';
}

/** Exports cannot be written or read here: the message says why, and what to do. */
export class ExportUnavailable extends Error {
  override readonly name = 'ExportUnavailable';
  readonly isPassing: boolean;
  readonly reason: 'folder' | 'store';

  constructor(message: string, { isPassing = false, reason = 'folder', ...options }: Options = {}) {
    super(message, options);
    this.isPassing = isPassing;
    this.reason = reason;
  }
}
