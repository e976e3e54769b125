import type { Runner } from '../../database/database.ts';
import { deleteJobFiles } from '../../sql/delete-job-files.ts';
import { readJobFileKept } from '../../sql/read-job-file-kept.ts';
import { writeJobFile } from '../../sql/write-job-file.ts';
import type { HeldJob } from '../held/held-job.ts';
import { JobLost } from '../held/job-lost.ts';
import { type ExportFiles, type FileKept, NOTHING_KEPT } from '../places/export-files.ts';
import { FileLost } from '../places/file-lost.ts';
import { checkExportUse } from './check-export-use.ts';
import type { ExportCursor, ExportProgress, OpenFile } from './export-progress.ts';
import type { ExportRow } from './export-row.ts';
import { type ExportSpec, MOST_FILES } from './export-spec.ts';
import { type ExportText, exportText } from './export-text.ts';
import { ExportsFull } from './exports-full.ts';
import { patiently } from './patiently.ts';

interface Parts {
  readonly files: ExportFiles;
  /** The id of the place that has the files. */
  readonly folder: string;
  readonly job: HeldJob;
  readonly maxBytes: number;
}

/** Lines are joined at this size: as texts, those of a large part would take several times its memory. */
const JOINED_BYTES = 512 * 1024;

/** A walk that finds nothing says how far it has come this often. */
const IDLE_FLUSH_MS = 1_000;

/** Files and bytes of the account are added up this often. */
const CHECK_MS = 1_000;

/** After a flush it pauses for as long as that and the reading took, so it uses half of a connection. */
const MOST_PAUSE_MS = 1_000;

/**
 * Writes the rows of an export to its files, one of each day. What was appended is in the place, or in the
 * transaction that records it together with the position in the list: after a kill the file and the list go on
 * from there.
 */
export class ExportWriter {
  readonly #parts: Parts;
  readonly #spec: ExportSpec;
  readonly #text: ExportText;
  #file: OpenFile | null;
  #cursor: ExportCursor;
  #reachedMs: number | null;
  #firstMs: number | null;
  #lines: string[] = [];
  #lineBytes = 0;
  #rows = 0;
  /** Added since the last flush. */
  #bytes = 0;
  #flushedMs = performance.now();
  #checkedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    const { progress, spec } = parts.job.row;
    const { cursor, file, firstMs, reachedMs } = progress as ExportProgress;
    this.#parts = parts;
    this.#spec = spec as ExportSpec;
    this.#text = exportText(this.#spec);
    this.#file = file;
    this.#cursor = cursor;
    this.#firstMs = firstMs;
    this.#reachedMs = reachedMs;
  }

  get #progress(): ExportProgress {
    return this.#parts.job.row.progress as ExportProgress;
  }

  /** Where the list goes on. */
  get cursor(): ExportCursor {
    return this.#cursor;
  }

  /** Takes over what earlier holders have written. @throws JobLost, ExportUnavailable */
  async open(): Promise<void> {
    const { files, job } = this.#parts;
    await patiently(job, () => files.open());
    if (!(await this.#nameComplete())) return;
    const file = this.#file;
    if (file === null) return;
    const kept = await this.#keptOf(file);
    const part = await files.takeOver(file, kept, async () => {
      if (job.signal.aborted) {
        // The node stops, and a copy may have 10 GiB: another node makes its own.
        await job.move({ progress: this.#progress, release: true });
        throw new JobLost();
      }
      if (job.needsRenewal) await job.move({ progress: this.#progress });
    });
    if (part === undefined) return this.#beginAgain(file);
    if (part === file.part) return;
    this.#file = { ...file, part };
    await job.move({ progress: { ...this.#progress, file: this.#file } });
    await files.dropPart(file.part);
  }

  /** Adds a row, and saves what has come together. @throws FileLost */
  async add({ atMs, cursor, row }: ExportRow): Promise<void> {
    const { files, job } = this.#parts;
    const { rhythm } = files;
    if (row !== undefined) {
      const day = this.#dayOf(atMs);
      if (this.#file !== null && this.#file.day !== day) await this.#flush(true);
      if (this.#file === null) await this.#begin(day);
      this.#push(this.#text.lineOf(row));
      this.#rows++;
      this.#firstMs ??= atMs;
    }
    this.#cursor = cursor;
    this.#reachedMs = Math.max(this.#reachedMs ?? 0, atMs);
    const isFull = files.pending + this.#lineBytes >= rhythm.bytes || this.#rows >= rhythm.rows;
    const longestMs = this.#file === null ? IDLE_FLUSH_MS : rhythm.longestMs;
    const isLate = performance.now() - this.#flushedMs > longestMs;
    if (isFull || isLate) await this.#flush(false);
    else if (job.needsRenewal) await job.move({ progress: this.#progress });
  }

  /** Writes what is left, and completes the last file. @throws FileLost */
  async end(): Promise<void> {
    const { files, job } = this.#parts;
    await this.#flush(true);
    await patiently(job, (signal) => files.clean(signal));
  }

  close(): Promise<void> {
    return this.#parts.files.close();
  }

  /** Days never go back: the files of earlier ones are complete. */
  #dayOf(atMs: number): string {
    const day = new Date(atMs).toISOString().slice(0, 10);
    return this.#file !== null && day < this.#file.day ? this.#file.day : day;
  }

  async #begin(day: string): Promise<void> {
    const { files, job } = this.#parts;
    const number = this.#progress.files + 1;
    if (number > MOST_FILES) {
      throw new ExportsFull(
        `an export has at most ${MOST_FILES} files, of a day each: narrow the query`,
      );
    }
    const name = `${day}.${this.#spec.format}`;
    const part = await patiently(job, (signal) => files.begin(name, signal));
    this.#file = { number, name, part, day, rows: 0, bytes: 0, start: this.#cursor };
    this.#push(this.#text.head);
  }

  #push(line: string): void {
    if (line === '') return;
    const bytes = Buffer.byteLength(line);
    this.#lines.push(line);
    this.#lineBytes += bytes;
    this.#bytes += bytes;
    if (this.#lineBytes >= JOINED_BYTES) this.#join();
  }

  #join(): void {
    if (this.#lineBytes > 0) this.#parts.files.add(Buffer.from(this.#lines.join('')));
    [this.#lines, this.#lineBytes] = [[], 0];
  }

  /** Saves what has come together and records it; `ends`: the file has all its rows. */
  async #flush(ends: boolean): Promise<void> {
    const { files, folder, job, maxBytes } = this.#parts;
    const progress = this.#progress;
    const [rows, bytes, open] = [this.#rows, this.#bytes, this.#file];
    const next: ExportProgress = {
      ...progress,
      folder,
      rows: progress.rows + rows,
      bytes: progress.bytes + bytes,
      cursor: this.#cursor,
      firstMs: this.#firstMs,
      reachedMs: this.#reachedMs,
    };
    if (open === null) {
      await job.move({ progress: next });
    } else {
      await this.#check(maxBytes, bytes);
      this.#join();
      [this.#rows, this.#bytes] = [0, 0];
      const kept = await this.#orAgain(open, (signal) => files.save(ends, signal));
      const file = { ...open, rows: open.rows + rows, bytes: open.bytes + bytes };
      const sha256 = ends ? (hexOf(files.digest()) ?? null) : null;
      await job.move(
        {
          progress: {
            ...next,
            files: file.number,
            file: ends ? null : file,
            named: ends ? { part: file.part, name: file.name, file, sha256 } : null,
          },
        },
        (runner) => this.#write(runner, file, kept, null),
      );
      this.#file = ends ? null : file;
      if (ends && !(await this.#nameComplete())) throw new FileLost(file.name);
    }
    await job.wait(Math.min(MOST_PAUSE_MS, performance.now() - this.#flushedMs));
    this.#flushedMs = performance.now();
  }

  /** Does something with a file; if that is lost, its day begins again. @throws FileLost */
  async #orAgain<Result>(
    file: OpenFile,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await patiently(this.#parts.job, work);
    } catch (error) {
      if (error instanceof FileLost) await this.#beginAgain(file);
      throw error;
    }
  }

  async #write(
    runner: Runner,
    { bytes, day, name, number, rows }: OpenFile,
    { parts, tail }: FileKept,
    sha256: Uint8Array | null,
  ): Promise<void> {
    const { folder, job } = this.#parts;
    const { accountId, id: jobId } = job;
    const file = { bytes, day, folder, name, number, parts, rows, sha256, tail };
    await runner.run(writeJobFile, { jobId, accountId, ...file });
  }

  /** What only the job has of a file. */
  async #keptOf({ number }: OpenFile): Promise<FileKept> {
    const { job } = this.#parts;
    const [kept] = await job.database.run(readJobFileKept, { jobId: job.id, number });
    return kept ?? NOTHING_KEPT;
  }

  async #check(maxBytes: number, bytes: number): Promise<void> {
    if (performance.now() - this.#checkedMs < CHECK_MS) return;
    const { job } = this.#parts;
    await checkExportUse(job.database, job.accountId, maxBytes, { bytes });
    this.#checkedMs = performance.now();
  }

  /**
   * Completes the file that has all its rows: a holder may have been killed before it could. False if it is
   * lost, and begins again.
   */
  async #nameComplete(): Promise<boolean> {
    const { files, job } = this.#parts;
    const { named } = this.#progress;
    if (named === null) return true;
    const { file, name, part } = named;
    const kept = file === undefined ? NOTHING_KEPT : await this.#keptOf(file);
    const known = named.sha256 ? Buffer.from(named.sha256, 'hex') : undefined;
    const placed = { name, part, bytes: file?.bytes ?? 0 };
    const sha256 = await patiently(job, (signal) => files.complete(placed, kept, known, signal));
    if (file !== undefined && sha256 === undefined) {
      await this.#beginAgain(file);
      return false;
    }
    await job.move({ progress: { ...this.#progress, named: null } }, async (runner) => {
      // A file of another version was complete before it had its name.
      if (file !== undefined) await this.#write(runner, file, NOTHING_KEPT, sha256 as Uint8Array);
    });
    return true;
  }

  /** The file is lost: its rows are read again. */
  async #beginAgain(file: OpenFile): Promise<void> {
    const { job } = this.#parts;
    const progress = this.#progress;
    this.#file = null;
    this.#cursor = file.start;
    const next: ExportProgress = {
      ...progress,
      rows: progress.rows - file.rows,
      bytes: progress.bytes - file.bytes,
      files: file.number - 1,
      cursor: file.start,
      file: null,
      named: null,
    };
    await job.move({ progress: next }, async (runner) => {
      await runner.run(deleteJobFiles, { jobId: job.id, from: file.number });
    });
  }
}

const hexOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString('hex');
