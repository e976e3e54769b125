import { setTimeout as sleep } from 'node:timers/promises';
import { callApi } from '@hooktrail/harness/call-api';
import { idArray } from '@hooktrail/server/binary-arrays';
import { newId, uuidFromId } from '@hooktrail/server/ids';
import { requestApi } from './request-api.ts';
import type { Place } from './start-place.ts';

/** An account whose lists are read. */
export interface ListedAccount {
  readonly id: number;
  readonly webhookIds: readonly string[];
  /** May read. */
  readonly token: string;
}

const POLL_MS = 50;

/** Makes an account with this many webhooks, which get nothing. */
export async function makeListedAccount(
  { hooktrail, trail }: Place,
  webhooks: number,
): Promise<ListedAccount> {
  const { url } = hooktrail;
  const { account } = await requestApi<{ account: { id: number } }>(url, 'POST', '/v1/accounts', {
    account: { name: `${webhooks} webhooks` },
  });
  const { token } = await requestApi<{ token: { secret: string } }>(
    url,
    'POST',
    `/v1/tokens?account_id=${account.id}`,
    { token: { name: 'bench', role: 'admin' } },
  );
  const call = <Body>(method: string, path: string, body?: unknown) =>
    callApi<Body>({ url: url + path, token: token.secret, method, body });
  const { body } = await call<{ webhook: { id: string } }>('POST', '/api/v2/webhooks', {
    webhook: {
      name: 'listed',
      endpoint: 'http://127.0.0.1:9/',
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: ['bench.nothing'],
    },
  });
  const template = body.webhook.id;
  const clones = Array.from({ length: webhooks - 1 }, () => newId(Date.now()));
  await trail.sql(
    `with copied as (
  insert into webhook
  select copy.* from unnest($2::uuid[]) with ordinality as c (clone, n), webhook as w,
    json_populate_record(w, json_build_object('id', clone, 'name', 'listed ' || n)) as copy
  where w.id = $1
)
select pg_notify('hooktrail_webhook', id) from unnest($3::text[]) as c (id)`,
    [uuidFromId(template), idArray(clones), clones],
  );
  while ((await call('GET', `/api/v2/webhooks/${clones.at(-1) ?? template}`)).status !== 200) {
    await sleep(POLL_MS);
  }
  return { id: account.id, webhookIds: [template, ...clones], token: token.secret };
}
