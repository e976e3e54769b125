import type { Readable } from 'node:stream';
import type { ExportFiles } from './export-files.ts';

/** A complete file that is being read. */
export interface OpenedFile {
  /** All bytes that the place has of it. */
  readonly size: number;
  /** Those that were asked for. Destroying it lets go of the file. */
  readonly stream: Readable;
}

/**
 * Where exports are written: a folder, or a bucket of an object store. It has a mark, by which nodes know
 * whether theirs are one. All of it throws `ExportUnavailable` where the place cannot be used.
 */
export interface ExportPlace {
  /** In messages: `the folder of exports`. */
  readonly name: string;
  /** The setting that names it. */
  readonly setting: string;
  /** Why jobs stop that cannot use it. */
  readonly reason: 'folder' | 'store';
  /** Where it is, for operators and other nodes. */
  readonly path: string;
  /** Whether the same path is the same place on every machine. */
  readonly isShared: boolean;
  /** Undefined: there is no mark, or it is being written. */
  readMark(): Promise<string | undefined>;
  /** Makes the place, and its mark unless another node did. */
  writeMark(): Promise<void>;
  /** @param holder in the names of what one holder of the job has not completed */
  filesOf(jobId: string, holder: string): ExportFiles;
  /** Opens a complete file from byte `start` to byte `end`, both included; undefined if it is not there. */
  openFile(
    jobId: string,
    name: string,
    start: number,
    end: number,
  ): Promise<OpenedFile | undefined>;
  /** Removes all that there is of an export. */
  remove(jobId: string, signal?: AbortSignal): Promise<void>;
  /** The exports of which there is something. */
  jobIds(): Promise<string[]>;
  /** When something of an export was written last; undefined: there is nothing. */
  writtenMs(jobId: string): Promise<number | undefined>;
  /** Ends what is in progress, when the node stops. */
  close(): void;
}
