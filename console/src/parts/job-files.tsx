import type { ExportJob } from '@hooktrail/sdk/hooktrail';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { usePages } from '../data/use-pages.ts';
import { formatBytes } from '../model/format-bytes.ts';
import { formatCount } from '../model/format-count.ts';
import { Failure } from './failure.tsx';
import { MoreButton } from './more-button.tsx';

/** The files of an export, each with its download once it is complete. */
export function JobFiles({ job }: { job: ExportJob }) {
  // The list of deleted files is refused.
  return job.files.count === 0 || job.files.deleted ? null : <KeptFiles job={job} />;
}

function KeptFiles({ job }: { job: ExportJob }) {
  const { counts, files, id, state } = job;
  const list = usePages(['job-files', id, files.count, counts.rows, state], (pageAfter, options) =>
    hooktrail.jobs.files(id, { pageSize: 50, pageAfter }, options),
  );
  const mayDownload = mayAct.value || job.of !== 'attempts' || job.role === 'read';
  return (
    <section class="card" aria-label="Files">
      <header>
        <h2>Files: {formatCount(files.count)}</h2>
      </header>
      {list.error && (
        <Failure what="The list" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {!mayDownload && (
        <p class="body soft">
          Only admins may download attempts with their secrets. Ask for an export with masked ones.
        </p>
      )}
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th>Day, UTC</th>
              <th>File</th>
              <th class="num">Rows</th>
              <th class="num">Size</th>
              <th>SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {list.rows.map((file) => (
              <tr key={file.number}>
                <td class="nowrap" data-head="Day, UTC">
                  {file.day}
                </td>
                <td>
                  {file.sha256 === undefined ? (
                    <span class="soft">{file.name}, being written</span>
                  ) : !mayDownload ? (
                    file.name
                  ) : (
                    <a href={`/v1/jobs/${id}/files/${file.number}`} download={`${id}-${file.name}`}>
                      {file.name}
                    </a>
                  )}
                </td>
                <td class="num" data-head="Rows">
                  {formatCount(file.rows)}
                </td>
                <td class="num nowrap" data-head="Size">
                  {formatBytes(file.bytes)}
                </td>
                <td class="mono wrap" data-head="SHA-256">
                  {file.sha256}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <MoreButton list={list} />
    </section>
  );
}
