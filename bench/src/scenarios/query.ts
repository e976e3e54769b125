import { callApi } from '@hooktrail/harness/call-api';
import { firstIdAt, uuidFromId } from '@hooktrail/server/ids';
import { DAY_MS } from '@hooktrail/server/time-units';
import type { Arm, Scenario } from '../model/scenario.ts';
import { fillInvocations } from '../stage/fill-invocations.ts';
import { type ListedAccount, makeListedAccount } from '../stage/make-listed-account.ts';
import { settleTrail } from '../stage/settle-trail.ts';
import type { Stage } from '../stage/stage.ts';
import { getRequest } from '../wire/get-request.ts';

interface ListBody {
  readonly invocations: readonly { readonly id: string }[];
  readonly meta: {
    readonly has_more: boolean;
    readonly after_cursor?: string;
    readonly covered: { readonly from: string; readonly to: string };
  };
}

/** The trail is kept for seven days by default. */
const DAYS = 7;

/** How many invocations of an account were answered with 418. */
const RARE = 6;

/** Of a page that no index serves: what it may read, with the first rounds of its last slice. */
const MOST_READ = 60_000;

/**
 * Reads pages of 100 rows of the list over all webhooks, of an account with few and of one with many
 * webhooks, with one request after the other on one connection. Both accounts have half of the
 * invocations, of the last seven days.
 */
export const query: Scenario = {
  name: 'query',
  repeated: false,

  async arms(stage, sizes) {
    const toMs = Date.now();
    const fromMs = toMs - DAYS * DAY_MS;
    const count = Math.ceil(sizes.queryInvocations / sizes.queryWebhooks.length);
    const accounts: ListedAccount[] = [];
    for (const webhooks of sizes.queryWebhooks) {
      const account = await makeListedAccount(stage, webhooks);
      const rareEvery = Math.ceil(count / RARE);
      const { eventBytes } = sizes;
      await fillInvocations(stage, { account, count, fromMs, toMs, eventBytes, rareEvery });
      accounts.push(account);
    }
    await settleTrail(stage.hooktrail.databaseUrl, fromMs, toMs);
    const arms: Arm[] = [];
    for (const account of accounts) {
      arms.push(...(await armsOf(stage, account, { most: sizes.queryPages, toMs })));
    }
    return arms;
  },
};

interface Reading {
  /** Requests of a run. */
  readonly most: number;
  readonly toMs: number;
}

async function armsOf(
  stage: Stage,
  account: ListedAccount,
  { most, toMs }: Reading,
): Promise<Arm[]> {
  const { generator, hooktrail, trail } = stage;
  const pathOf = (parameters: Readonly<Record<string, string>>) =>
    `/v1/invocations?${new URLSearchParams({ 'page[size]': '100', ...parameters })}`;

  async function read(path: string): Promise<ListBody> {
    const { body, status } = await callApi<ListBody>({
      url: hooktrail.url + path,
      token: account.token,
      method: 'GET',
    });
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** A cursor that lies days back, in the order of `sort`. */
  async function deep(sort: string): Promise<string> {
    const until = new Date(toMs - (DAYS - 2) * DAY_MS).toISOString();
    const { meta } = await read(pathOf({ sort, until, 'page[size]': '1' }));
    if (meta.after_cursor === undefined) throw new Error(`${sort}: there is no deep page`);
    return meta.after_cursor;
  }

  const first = await read(pathOf({}));
  const views: [name: string, paths: readonly string[]][] = [
    ['first page', [pathOf({})]],
    ['deep page', [pathOf({ 'page[after]': await deep('-created') })]],
    ['rare status', [pathOf({ status: '"client error"' })]],
    ['code:5xx', [pathOf({ q: 'code:5xx' })]],
    ['state:undelivered', [pathOf({ q: 'state:undelivered' })]],
    ['type that does not occur', [pathOf({ type: 'nothing.*' })]],
    ['by latest', [pathOf({ sort: '-latest' })]],
    ['by latest, deep', [pathOf({ sort: '-latest', 'page[after]': await deep('-latest') })]],
    ['by latest, code:5xx', [pathOf({ sort: '-latest', q: 'code:5xx' })]],
    ['one by its id', first.invocations.map(({ id }) => `/v1/invocations/${id}`)],
  ];
  return views.map(([view, paths]): Arm => {
    const name = `query over ${account.webhookIds.length.toLocaleString('en')}: ${view}`;
    return {
      name,
      unit: 'pages/s',
      async run(share) {
        const { answers, seconds, latency } = await generator.call('load', {
          port: hooktrail.port,
          requests: paths.map((path) => getRequest(path, account.token)),
          connections: 1,
          until: { answers: Math.ceil(most * share) },
        });
        return { value: answers / seconds, items: answers, latency };
      },
      async finish() {
        const [path = ''] = paths;
        if (path.startsWith('/v1/invocations/')) return;
        const { invocations, meta } = await read(path);
        const { from, to } = meta.covered;
        if (view.startsWith('type')) {
          const covered = await rowsBetween(from, to);
          if (invocations.length > 0 || covered > MOST_READ) {
            throw new Error(`${name}: ${invocations.length} matches among ${covered} rows`);
          }
        } else if (view !== 'rare status' && invocations.length === 0 && !meta.has_more) {
          throw new Error(`${name}: ${path} is empty`);
        }
      },
    };
  });

  /** The account's invocations of a span: what a page without a match has read. */
  async function rowsBetween(from: string, to: string): Promise<number> {
    const [row] = await trail.sql<{ count: number }>(
      `select count(*) as count from unnest($1::uuid[]) as w (id)
      join invocation i on i.webhook_id = w.id and i.id >= $2 and i.id < $3`,
      [
        account.webhookIds.map(uuidFromId),
        uuidFromId(firstIdAt(Date.parse(from))),
        uuidFromId(firstIdAt(Date.parse(to) + 1)),
      ],
    );
    return row?.count ?? 0;
  }
}
