import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { jobName } from '../model/job-name.ts';
import { hooktrail } from './hooktrail.ts';

/** What is older is named by its id: nobody pages through thousands of jobs for a name. */
const NEWEST = 100;

/** What a job does never changes. */
const STALE_MS = Number.POSITIVE_INFINITY;

/** What jobs do, by id, as far as they are among the newest; a single one is always found. */
export function useJobNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const wanted = [...new Set(ids)].sort();
  const found = useQuery({
    queryKey: ['job names', wanted],
    queryFn: async ({ signal }) => {
      const [one, ...more] = wanted as [string, ...string[]];
      if (more.length === 0) return [await hooktrail.jobs.get(one, { signal })];
      return (await hooktrail.jobs.list({ pageSize: NEWEST }, { signal })).items;
    },
    enabled: wanted.length > 0,
    // A name does not give way to an id while that of another job is read.
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
    refetchOnWindowFocus: false,
  });
  return new Map(found.data?.map((job) => [job.id, jobName(job)]));
}
