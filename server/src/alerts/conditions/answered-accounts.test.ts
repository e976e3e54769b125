import { expect, test } from 'vitest';
import type { Runner } from '../../database/database.ts';
import { newId } from '../../model/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../../model/time-units.ts';
import { AnsweredAccounts, type Sender } from './answered-accounts.ts';

/** What was looked at, and which webhooks were answered. */
let looks: { readonly origin: string; readonly webhooks: readonly string[] }[];
let answering: Set<string>;
/** An origin whose look fails. */
let failing: string | undefined;
let nowMs: number;

const database = {
  run: async (_query: unknown, look: (typeof looks)[number]) => {
    looks.push(look);
    if (look.origin === failing) throw new Error('a worker is down');
    return [{ answered: look.webhooks.some((id) => answering.has(id)) }];
  },
} as unknown as Runner;

function started(): AnsweredAccounts {
  looks = [];
  answering = new Set();
  failing = undefined;
  nowMs = Date.now();
  return new AnsweredAccounts({ database, monotonic: () => nowMs });
}

const sender = (accountId: number, name: string, webhooks = 1): Sender => ({
  accountId,
  origin: `https://${name}.example`,
  webhookIds: Array.from({ length: webhooks }, () => newId(nowMs)),
});

test('who was answered once is not looked at again, and the others a minute later', async () => {
  const accounts = started();
  const [one, other] = [sender(1, 'a'), sender(2, 'a')];
  answering.add(one.webhookIds[0] as string);
  expect(await accounts.among([one, other])).toEqual([one]);
  expect(looks).toHaveLength(2);
  nowMs += MINUTE_MS - 1;
  expect(await accounts.among([one, other])).toEqual([one]);
  expect(looks).toHaveLength(2);
  nowMs += 1;
  answering = new Set(other.webhookIds);
  expect(await accounts.among([one, other])).toEqual([one, other]);
  expect(looks).toHaveLength(3);
  // What nobody asks for is forgotten.
  expect(await accounts.among([])).toEqual([]);
  answering.clear();
  expect(await accounts.among([one])).toEqual([]);
});

test('an account that names thousands of origins delays no other', async () => {
  const accounts = started();
  const many = Array.from({ length: 2_000 }, (_, n) => sender(1, `many-${n}`));
  const others = Array.from({ length: 30 }, (_, n) => sender(2 + n, 'other'));
  answering = new Set(others.flatMap(({ webhookIds }) => webhookIds));
  const all = [...many, ...others];
  for (let evaluation = 1; evaluation <= 2; evaluation++) {
    await accounts.among(all);
    expect(looks).toHaveLength(20 * evaluation);
    nowMs += 15 * SECOND_MS;
  }
  expect(await accounts.among(all)).toEqual(others);
  // Each of the many has its turn, and none a second one before.
  for (let evaluation = 0; evaluation < 100; evaluation++) await accounts.among(all);
  expect(new Set(looks.map(({ origin }) => origin)).size).toBe(2_001);
});

test('of more webhooks than a look reads, the next look reads the next ones', async () => {
  const accounts = started();
  const large = sender(1, 'large', 250);
  answering.add(large.webhookIds[240] as string);
  for (const found of [[], [], [large]]) {
    expect(await accounts.among([large])).toEqual(found);
    nowMs += MINUTE_MS;
  }
  expect(looks.map(({ webhooks }) => webhooks.length)).toEqual([100, 100, 50]);
});

test('a look that fails keeps what was found, and delays no other account', async () => {
  const accounts = started();
  const [one, broken, other] = [sender(1, 'a'), sender(2, 'broken'), sender(3, 'b')];
  answering = new Set([...one.webhookIds, ...other.webhookIds]);
  failing = broken.origin;
  const all = [one, broken, other];
  await expect(accounts.among(all)).rejects.toThrow('a worker is down');
  nowMs += 15 * SECOND_MS;
  await expect(accounts.among(all)).rejects.toThrow('a worker is down');
  expect(looks.map(({ origin }) => origin)).toEqual(
    [one, broken, other, broken].map(({ origin }) => origin),
  );
  failing = undefined;
  expect(await accounts.among(all)).toEqual([one, other]);
  expect(looks).toHaveLength(5);
});
