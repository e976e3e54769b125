import { idTimeMs } from '../../model/ids.ts';
import { readJobFilesAfter } from '../../sql/read-job-files.ts';
import type { HeldJob } from '../held/held-job.ts';
import type { ExportFiles } from '../places/export-files.ts';
import type { ExportProgress } from './export-progress.ts';
import { type ExportSpec, MOST_FILES } from './export-spec.ts';
import { patiently } from './patiently.ts';

/** Writes what the files of an export are, beside them. */
export async function writeManifest(job: HeldJob, placed: ExportFiles): Promise<void> {
  const spec = job.row.spec as ExportSpec;
  const { bytes, rows } = job.row.progress as ExportProgress;
  const files = await job.database.run(readJobFilesAfter, {
    jobId: job.id,
    from: 0,
    limit: MOST_FILES,
  });
  const manifest = {
    job: job.id,
    of: spec.of,
    format: spec.format,
    bodies: spec.bodies,
    role: spec.role,
    query: spec.query,
    created_at: new Date(idTimeMs(job.id)).toISOString(),
    before: new Date(spec.before_ms).toISOString(),
    rows,
    bytes,
    files: files.map(({ folder: _, ...file }) => file),
  };
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
  await patiently(job, (signal) => placed.writeManifest(text, signal));
}
