import { callApi } from '@hooktrail/harness/call-api';
import type { CountedRow } from '../books/trail-rows.ts';
import { TOKEN } from '../stage/token.ts';

const TIME_LIMIT_MS = 30_000;

interface Answer {
  readonly counts: readonly {
    readonly webhook?: { readonly id: string };
    readonly status: string;
    readonly attempts: number;
    readonly settled: number;
    readonly reopened: number;
  }[];
}

/** The counts of every webhook by status, over the whole run. */
export async function readCounts(url: string): Promise<CountedRow[]> {
  const { status, body } = await callApi<Answer>({
    method: 'GET',
    token: TOKEN,
    url: `${url}/v1/counts?by=webhook,status&since=3d`,
    timeLimitMs: TIME_LIMIT_MS,
  });
  if (status !== 200) throw new Error(`counts were answered with ${status}`);
  return body.counts.map((row) => ({
    webhookId: row.webhook?.id ?? 'no webhook',
    status: row.status,
    attempts: row.attempts,
    finals: row.settled - row.reopened,
  }));
}
