import { expect, test } from 'vitest';
import type { Query } from '../../database/query.ts';
import type { AlertKind } from '../../model/alert.ts';
import { ALERT_TRAITS } from '../../model/alert-kinds.ts';
import { newId } from '../../model/ids.ts';
import { DAY_MS } from '../../model/time-units.ts';
import type { Webhook } from '../../model/webhook.ts';
import { accountCounted } from '../../rollups/account-counted.ts';
import type { RollupRow } from '../../sql/parts/rollup-reading.ts';
import type { AlertRules } from '../condition.ts';
import { FailureReader } from './failure-reader.ts';

const EMPTY: RollupRow = {
  ...{ counted_id: null, at: null, status: null, error_class: null, attempts: 0, succeeded: 0 },
  ...{ duration_ms: 0, settled: 0, settled_succeeded: 0, reopened: 0 },
  ...{ buckets: null, bucket_counts: null },
};

interface Made {
  /** How many webhooks each account has. */
  readonly webhooks: Readonly<Record<number, number>>;
  /** What of 100 invocations of a webhook failed, by its place in its account. */
  readonly failed: (place: number, accountId: number) => number;
  /** The places of the webhooks that routes lead to. */
  readonly ofRoutes?: readonly number[];
}

/** A reader of rollups that are not there, and the ids of webhooks by account. */
function make({ failed, ofRoutes = [], webhooks }: Made) {
  const ids = new Map<number, string[]>();
  const known = new Map<string, { readonly webhook: Webhook; readonly failed: number }>();
  for (const [account, count] of Object.entries(webhooks)) {
    const accountId = Number(account);
    const own = Array.from({ length: count }, () => newId(1)).sort();
    ids.set(accountId, own);
    for (const [place, id] of own.entries()) {
      const webhook = { id, accountId, name: `${accountId} ${place}` } as Webhook;
      known.set(id, { webhook, failed: failed(place, accountId) });
    }
  }
  const sumOf = (some: readonly string[]): RollupRow => ({
    ...EMPTY,
    settled: 100 * some.length,
    settled_succeeded: some.reduce((sum, id) => sum + 100 - (known.get(id)?.failed ?? 0), 0),
  });
  const counted: number[] = [];
  const database = {
    async run(query: Query<never, unknown>, params: { counted: readonly { id: string }[] }) {
      if (query.name !== 'read-rollups-by-minute') return [];
      for (const [accountId, own] of ids) {
        if (params.counted[0]?.id === accountCounted(accountId).id) return [sumOf(own)];
      }
      counted.push(params.counted.length);
      return params.counted.map(({ id }) => ({ ...sumOf([id]), counted_id: id }));
    },
  };
  const reader = new FailureReader({
    citus: false,
    clock: { now: () => DAY_MS },
    database: database as never,
    directory: {
      webhook: (id) => known.get(id)?.webhook,
      webhooksInOrder: async (accountId) =>
        (ids.get(accountId) ?? []).map((id) => ({ webhook: known.get(id)?.webhook }) as never),
    },
    rollupKeptMs: { minute: DAY_MS, hour: DAY_MS, day: DAY_MS },
    webhooksOfRoutes: async (accountId) =>
      ofRoutes.map((place) => ids.get(accountId)?.[place] as string),
  });
  return { counted, ids, reader };
}

const rulesOf = (
  accountIds: readonly number[],
  watched: Partial<Record<AlertKind, readonly string[]>> = {},
): AlertRules => ({
  accountIds,
  of: (_, kind) => ({ ...ALERT_TRAITS[kind].defaults, minimum: 1 }),
  watched: (kind) => (watched[kind] ?? []).map((subject) => ({ accountId: 1, subject })),
});

/** The names of failing webhooks, all bad by the rule, that some evaluations found. */
async function found({ reader }: ReturnType<typeof make>, rules: AlertRules, evaluations: number) {
  const names = new Set<unknown>();
  for (let n = 0; n < evaluations; n++) {
    for (const { facts, kind, value } of await reader.read(rules)) {
      if (kind === 'failing' && value >= 0.5) names.add(facts['name']);
    }
  }
  return [...names].sort();
}

test('an account is not left out because those before it have many webhooks', async () => {
  const accounts = [1, 2, 3, 4, 5];
  const made = make({
    webhooks: Object.fromEntries(accounts.map((id) => [id, 2_000])),
    failed: (place) => (place === 7 ? 100 : 0),
  });
  expect(await found(made, rulesOf(accounts), 2)).toEqual(accounts.map((id) => `${id} 7`));
});

test('a webhook that fails is found although all others fail a little', async () => {
  const made = make({ webhooks: { 1: 10_000 }, failed: (place) => (place === 9_999 ? 100 : 1) });
  expect(await found(made, rulesOf([1]), 5)).toEqual(['1 9999']);
  expect(Math.max(...made.counted)).toBe(2_000);
});

test('what was bad is counted each time, and what has no room is not known', async () => {
  const made = make({ webhooks: { 1: 3_000 }, failed: (place) => (place === 2_999 ? 100 : 0) });
  const last = made.ids.get(1)?.[2_999] as string;
  const rules = rulesOf([1], { failing: [last, 'deleted'], account_failing: ['1'] });
  for (let n = 0; n < 3; n++) {
    const [first, ...others] = await made.reader.read(rules);
    expect(first).toMatchObject({ kind: 'failing', subject: last, value: 1 });
    expect(others.map(({ kind }) => kind)).toEqual(['account_failing']);
  }
  // Its account had no turn.
  expect(await made.reader.read({ ...rules, accountIds: [2] })).toMatchObject([
    { kind: 'failing', subject: last, value: Number.NaN },
    { kind: 'account_failing', subject: '1', value: Number.NaN },
  ]);
});

test('messages of alerts that fail do not make the account fail', async () => {
  const ofAccount = async (failed: readonly number[], ofRoutes: readonly number[]) => {
    const webhooks = { 1: failed.length };
    const { reader } = make({ webhooks, failed: (place) => failed[place] as number, ofRoutes });
    return (await reader.read(rulesOf([1]))).filter(({ kind }) => kind === 'account_failing');
  };
  expect(await ofAccount([0, 100], [1])).toEqual([]);
  expect(await ofAccount([100], [0])).toEqual([]);
  expect(await ofAccount([60, 0, 100], [1, 2])).toMatchObject([
    { value: 0.6, facts: { failed: 60, settled: 100 } },
  ]);
});
