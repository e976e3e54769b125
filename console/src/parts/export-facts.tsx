import type { ExportJob } from '@hooktrail/sdk/hooktrail';
import { formatBytes } from '../model/format-bytes.ts';
import { formatCount } from '../model/format-count.ts';
import { Time } from './time.tsx';

/** What an export was asked to have, and what it has written. */
export function ExportFacts({ job }: { job: ExportJob }) {
  const { bodies, counts, files, format, of, reached, role } = job;
  return (
    <>
      <dt>Exports</dt>
      <dd>
        {of} as {format === 'csv' ? 'CSV' : 'NDJSON'}
        {of !== 'invocations' && (bodies ? ', with bodies' : ', without bodies')}, with secrets as
        the role {role} sees them
      </dd>
      <dt>Written</dt>
      <dd>
        {formatCount(counts.rows)} rows, {formatBytes(counts.bytes)}
      </dd>
      {reached && (
        <>
          <dt>Complete up to</dt>
          <dd>
            <Time at={reached} form="long" />
          </dd>
        </>
      )}
      {files.keptUntil && (
        <>
          <dt>Files kept until</dt>
          <dd>
            <Time at={files.keptUntil} form="long" />
            {files.deleted && ': deleted'}
          </dd>
        </>
      )}
    </>
  );
}
