import type { Readable } from 'node:stream';
import type { Act } from '../../model/act.ts';
import type { JobRow } from '../../sql/parts/job-row.ts';
import type { JobFileRow } from '../../sql/read-job-files.ts';
import type { ExportEstimate } from './estimate-export.ts';
import type { ExportSpec } from './export-spec.ts';

/** The exports of a node, as the API sees them. */
export interface Exports {
  /** Whether this node can write one; it may wait for a store. @throws ExportUnavailable */
  open(): Promise<void>;
  /** Whether the account may have one. @throws ExportsFull */
  check(accountId: number): Promise<void>;
  /** What one would have. @throws TooManySelected */
  estimate(accountId: number, spec: ExportSpec): Promise<ExportEstimate>;
  /**
   * Opens a range of a complete file, both ends included; undefined if it is not there any more.
   *
   * @throws ExportUnavailable
   */
  openFile(
    jobId: string,
    file: JobFileRow,
    range: { readonly start: number; readonly end: number },
  ): Promise<Readable | undefined>;
  /** Lets the files of a job expire now; undefined: there is no such job. */
  deleteFiles(
    accountId: number,
    id: string,
    act: Act,
    check: (row: JobRow) => void,
  ): Promise<JobRow | undefined>;
}
