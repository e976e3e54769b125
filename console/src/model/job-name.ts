import type { EraseJob, ExportJob, ReplayJob } from '@hooktrail/sdk/hooktrail';
import { queryText } from './query-text.ts';

/** The part of a job that says what it does. */
export type NamedJob =
  | Pick<ReplayJob | EraseJob, 'kind' | 'query'>
  | Pick<ExportJob, 'kind' | 'of' | 'query'>;

const ACTS: Readonly<Record<string, string>> = {
  replay: 'Replay',
  resend: 'Resend',
  export: 'Export',
  erase: 'Erase',
};

/** The query of selected rows has the id of each: too long for a heading, and the facts of the job have all of it. */
const MOST_CHARACTERS = 120;

/** What a job does, in one line: its kind, and the query that selects what it works on. */
export function jobName(job: NamedJob): string {
  const act = ACTS[job.kind] ?? job.kind;
  const rows = job.kind === 'export' ? ` ${job.of}` : '';
  const query = (queryText(job.query) ?? JSON.stringify(job.query)) || 'everything';
  const isLong = query.length > MOST_CHARACTERS;
  return `${act}${rows}: ${isLong ? `${query.slice(0, MOST_CHARACTERS)}…` : query}`;
}
