import { callApi } from '@hooktrail/harness/call-api';
import { startZendeskDouble, type ZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { TOKEN } from './token.ts';

/** A remote account that the nodes archive. */
export interface Remote {
  readonly name: string;
  readonly double: ZendeskDouble;
  /** At the service. */
  readonly webhookIds: readonly string[];
}

/** Invocations an hour of the webhooks of a remote account: a busy one, two that are not. */
const PER_HOUR: readonly number[] = [7_200, 600, 30];

/** Rows that are listed late are found by rereading; the daily walk would outlast the run. */
const LATE = { lateShare: 0.05, lateUpToMs: 60_000 };

const TIME_LIMIT_MS = 30_000;

/** Starts doubles of Zendesk with traffic, by the real time, and makes a source of each. */
export async function openRemotes(url: string, count: number, seed: number): Promise<Remote[]> {
  const remotes: Remote[] = [];
  for (let number = 1; number <= count; number++) {
    const double = await startZendeskDouble({ seed: seed + number });
    const name = `remote-${number}`;
    const webhookIds = PER_HOUR.map((perHour) => {
      const { id } = double.account.create();
      double.account.setTraffic(id, { ...LATE, perHour });
      return id;
    });
    remotes.push({ name, double, webhookIds });
    const { email, apiToken } = double.auth;
    const source = {
      name,
      base_url: double.url,
      credentials: { email, api_token: apiToken },
      bodies: { policy: 'failures' },
    };
    const { status, body } = await callApi({
      method: 'POST',
      url: `${url}/v1/sources`,
      token: TOKEN,
      body: { source },
      timeLimitMs: TIME_LIMIT_MS,
    });
    if (status !== 201) throw new Error(`a source: ${status} ${JSON.stringify(body)}`);
  }
  return remotes;
}
