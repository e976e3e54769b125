import { setTimeout as sleep } from 'node:timers/promises';
import { callApi } from '@hooktrail/harness/call-api';
import { idArray } from '@hooktrail/server/binary-arrays';
import { newId, uuidFromId } from '@hooktrail/server/ids';
import { requestApi } from './request-api.ts';
import type { Place } from './start-place.ts';

interface Options {
  readonly webhooks: number;
  /** The port of an endpoint that never answers. */
  readonly port: number;
}

/** An account of its own that does its worst between `start` and `stop`. */
export interface WorstAccount {
  /** Publishes for all its webhooks, whose endpoint never answers, and begins all the rest. */
  start(): Promise<void>;
  /** Resolves to how many requests it made meanwhile. */
  stop(): Promise<number>;
}

const SILENT = 'worst.silent';
/** Events of a batch: with 5,000 webhooks, 10,000 invocations. */
const WIDE_EVENTS = 2;
const NEW_TYPES = 200;
const READERS = 8;
const POLL_MS = 50;

/** Makes the account, with webhooks that take as long to time out as rules allow. */
export async function makeWorstAccount(
  { hooktrail, trail }: Place,
  { webhooks, port }: Options,
): Promise<WorstAccount> {
  const { url } = hooktrail;
  const { account } = await requestApi<{ account: { id: number } }>(url, 'POST', '/v1/accounts', {
    account: { name: 'worst' },
  });
  const { token } = await requestApi<{ token: { secret: string } }>(
    url,
    'POST',
    `/v1/tokens?account_id=${account.id}`,
    { token: { name: 'worst', role: 'admin' } },
  );
  const call = <Body>(method: string, path: string, body?: unknown) =>
    callApi<Body>({ url: url + path, token: token.secret, method, body });

  const made = await call<{ webhook: { id: string } }>('POST', '/api/v2/webhooks', {
    webhook: {
      name: 'worst',
      endpoint: `http://127.0.0.1:${port}/`,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: [SILENT],
    },
  });
  const template = made.body.webhook.id;
  const delivery = { breaker: null, time_limit_seconds: 60 };
  await call('PUT', `/v1/webhooks/${template}/delivery`, { delivery });
  const ids = Array.from({ length: webhooks - 1 }, () => newId(Date.now()));
  await trail.sql(
    `with copied as (
  insert into webhook
  select copy.* from unnest($2::uuid[]) as clone, webhook as w,
    json_populate_record(w, json_build_object('id', clone)) as copy
  where w.id = $1
)
select pg_notify('hooktrail_webhook', id) from unnest($3::text[]) as c (id)`,
    [uuidFromId(template), idArray(ids), ids],
  );
  while ((await call('GET', `/api/v2/webhooks/${ids.at(-1) ?? template}`)).status !== 200) {
    await sleep(POLL_MS);
  }

  let stopped = true;
  let running: Promise<void>[] = [];
  let requests = 0;
  let types = 0;

  /** Repeats a request, one after the other. */
  async function repeat(request: () => Promise<unknown>): Promise<void> {
    while (!stopped) {
      // A refusal is an answer; so is a connection that the node closes.
      await request().catch(() => undefined);
      requests++;
    }
  }

  const silent = () => Array.from({ length: WIDE_EVENTS }, () => ({ type: SILENT }));
  const unknown = () => Array.from({ length: NEW_TYPES }, () => ({ type: `worst.type${types++}` }));

  return {
    async start() {
      stopped = false;
      requests = 0;
      await call('POST', '/v1/events/batch', silent());
      running = [
        repeat(() => call('POST', '/v1/events/batch', silent())),
        repeat(() => call('POST', '/v1/events/batch', unknown())),
        ...Array.from({ length: READERS }, (_, reader) =>
          repeat(() =>
            call(
              'GET',
              reader % 2 === 0
                ? '/api/v2/webhooks?page[size]=100'
                : `/api/v2/webhooks/${template}/invocations`,
            ),
          ),
        ),
      ];
    },
    async stop() {
      stopped = true;
      await Promise.all(running);
      return requests;
    },
  };
}
