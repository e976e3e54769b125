import { startZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { newId } from '@hooktrail/server/ids';
import { requestApi } from './request-api.ts';

interface Options {
  /** The server that archives it. */
  readonly url: string;
  readonly rows: number;
  readonly bodies: 'all' | 'none';
  readonly payloadBytes: number;
}

/** A remote account that the server archives. */
export interface OpenRemote {
  /** What is archived of it so far. */
  archived(): Promise<{ readonly rows: number; readonly bodies: number }>;
  /** How many requests it got. */
  requests(): number;
  /** The source is deleted, with its rows. */
  close(): Promise<void>;
}

interface Source {
  readonly id: string;
  readonly archived: { readonly rows: number; readonly bodies: number };
}

let opened = 0;

/** Starts a double of Zendesk with a log, in this process, and makes it a source of the server. */
export async function openRemote({
  bodies,
  payloadBytes,
  rows,
  url,
}: Options): Promise<OpenRemote> {
  const double = await startZendeskDouble({ payloadBytes });
  const { account } = double;
  const { id: webhook } = account.create();
  const nowMs = Date.now();
  account.addRows(
    webhook,
    Array.from({ length: rows }, (_, index) => ({
      id: newId(nowMs - index * 100),
      status: 'success',
      statusCode: 200,
      completedAtMs: nowMs - index * 100,
    })),
  );
  const { email, apiToken } = double.auth;
  const { source } = await requestApi<{ source: Source }>(url, 'POST', '/v1/sources', {
    source: {
      name: `bench-${++opened}`,
      base_url: double.url,
      credentials: { email, api_token: apiToken },
      bodies: { policy: bodies },
    },
  });
  const path = `/v1/sources/${source.id}`;
  return {
    async archived() {
      return (await requestApi<{ source: Source }>(url, 'GET', path)).source.archived;
    },
    requests: () => double.requests.count,
    async close() {
      await requestApi(url, 'DELETE', path);
      await double.close();
    },
  };
}
