import type { Readable } from 'node:stream';
import type { JobFileRow } from '../../sql/read-job-files.ts';
import type { ExportHome } from './export-home.ts';

/**
 * Opens a complete file of an export from byte `start` to byte `end`, both included; undefined if it is not
 * there any more.
 *
 * @throws ExportUnavailable if this node cannot read it
 */
export async function openExportFile(
  home: ExportHome,
  jobId: string,
  { bytes, folder, name }: JobFileRow,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<Readable | undefined> {
  const { place } = home;
  if ((await place.readMark()) !== folder) {
    home.refuse(
      `this file was written elsewhere: ${place.setting} of this node must name ${place.name} that has it`,
      { path: place.path, job_id: jobId },
    );
  }
  const opened = await place.openFile(jobId, name, start, end);
  if (opened === undefined || opened.size === bytes) return opened?.stream;
  opened.stream.destroy();
  return home.refuse(
    `this file has ${opened.size} bytes instead of ${bytes}: somebody has changed it; export again`,
    { path: place.path, job_id: jobId, file: name },
  );
}
