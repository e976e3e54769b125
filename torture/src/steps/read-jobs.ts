import { callApi } from '@hooktrail/harness/call-api';
import type { JobAtTheEnd, ShownJob } from '../books/trail-rows.ts';
import { TOKEN } from '../stage/token.ts';

const TIME_LIMIT_MS = 30_000;

interface Page {
  readonly jobs?: readonly ShownJob[];
  readonly skipped?: readonly { readonly id: string; readonly reason: string }[];
  readonly meta: { readonly after_cursor?: string; readonly has_more: boolean };
}

/** Reads all jobs, with all that they did not send. */
export async function readJobs(url: string): Promise<JobAtTheEnd[]> {
  const jobs: JobAtTheEnd[] = [];
  for await (const page of pages(`${url}/v1/jobs`)) {
    for (const job of page.jobs ?? []) {
      const skips: JobAtTheEnd['skips'][number][] = [];
      for await (const { skipped = [] } of pages(`${url}/v1/jobs/${job.id}/skipped`)) {
        skips.push(...skipped);
      }
      jobs.push({ ...job, skips });
    }
  }
  return jobs;
}

async function* pages(url: string): AsyncGenerator<Page> {
  let after: string | undefined;
  do {
    const query = new URLSearchParams({ 'page[size]': '100' });
    if (after !== undefined) query.set('page[after]', after);
    const { status, body } = await callApi<Page>({
      method: 'GET',
      token: TOKEN,
      url: `${url}?${query}`,
      timeLimitMs: TIME_LIMIT_MS,
    });
    if (status !== 200) throw new Error(`${url} was answered with ${status}`);
    yield body;
    after = body.meta.has_more ? body.meta.after_cursor : undefined;
  } while (after !== undefined);
}
