import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laneOfKey } from '../accept/lane-of-key.ts';
import type { Runner } from '../database/database.ts';
import { createTestTrail, type TestTrail } from '../testing/test-trail.ts';
import { claimIdempotencyKeys, type IdempotencyRow } from './claim-idempotency-keys.ts';
import { deleteExpiredKeys } from './delete-expired-keys.ts';
import { readIdempotencyKeys } from './read-idempotency-keys.ts';

let trail: TestTrail;
beforeAll(async () => {
  trail = await createTestTrail();
});
afterAll(() => trail.drop());

function row(key: string, values: Partial<IdempotencyRow> = {}): IdempotencyRow {
  return {
    lane: laneOfKey(1, key),
    accountId: 1,
    key,
    fingerprint: Buffer.from([1, 2, 3]),
    answer: '{"first":true}',
    ...values,
  };
}

const claim = async (rows: readonly IdempotencyRow[], runner: Runner = trail.database) =>
  (await runner.run(claimIdempotencyKeys, rows)).map(({ key }) => key).sort();

async function age(key: string, interval: string): Promise<void> {
  await trail.sql(`update idempotency_key set created_at = now() - $2::interval where key = $1`, [
    key,
    interval,
  ]);
}

describe('claimIdempotencyKeys', () => {
  it('takes a key once, keeps the first answer, and tells accounts apart', async () => {
    expect(await claim([row('a'), row('b')])).toEqual(['a', 'b']);
    const again = { fingerprint: Buffer.from([9]), answer: '{"second":true}' };
    expect(await claim([row('a', again), row('c')])).toEqual(['c']);
    const other = row('a', { accountId: 2, lane: laneOfKey(2, 'a') });
    expect(await trail.database.run(claimIdempotencyKeys, [other])).toEqual([
      { account_id: 2, key: 'a' },
    ]);
    expect(await trail.database.run(readIdempotencyKeys, [row('a'), row('nobody')])).toEqual([
      {
        account_id: 1,
        key: 'a',
        fingerprint: Buffer.from([1, 2, 3]),
        answer: '{"first":true}',
      },
    ]);
  });

  it('takes a key anew after 24 hours, with the new answer', async () => {
    await claim([row('old')]);
    await age('old', '23:59:50');
    const again = row('old', { fingerprint: Buffer.from([9]), answer: '{"second":true}' });
    expect(await claim([again])).toEqual([]);
    await age('old', '24:00:00');
    expect(await claim([again])).toEqual(['old']);
    expect(await claim([again])).toEqual([]);
    expect(await trail.database.run(readIdempotencyKeys, [again])).toMatchObject([
      { answer: '{"second":true}', fingerprint: Buffer.from([9]) },
    ]);
  });

  it('gives a key to one of many that ask at once', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `at once ${index}`);
    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, turn) => {
        const rows = keys.map((key) => row(key));
        return claim(turn % 2 === 0 ? rows : rows.reverse());
      }),
    );
    expect(taken.flat().sort()).toEqual([...keys].sort());
  });

  it('waits for who took it first, and takes it when that one gave up', async () => {
    let second: Promise<string[]> | undefined;
    await expect(
      trail.database.transaction(async (runner) => {
        expect(await claim([row('rolled back')], runner)).toEqual(['rolled back']);
        second = claim([row('rolled back')]);
        throw new Error('the write failed');
      }),
    ).rejects.toThrow('the write failed');
    expect(await second).toEqual(['rolled back']);
  });
});

describe('deleteExpiredKeys', () => {
  it('deletes what is older than 24 hours, in its lane, up to the limit', async () => {
    await trail.sql('delete from idempotency_key');
    const lane = 5;
    const keys = ['k1', 'k2', 'k3', 'young'];
    await claim(keys.map((key) => row(key, { lane })));
    await claim([row('elsewhere', { lane: 6 })]);
    for (const key of ['k1', 'k2', 'k3', 'elsewhere']) await age(key, '24:00:01');
    await age('young', '23:59:00');
    const expire = async (limit: number) =>
      (await trail.database.run(deleteExpiredKeys, { lane, limit })).length;
    expect([await expire(2), await expire(2), await expire(2)]).toEqual([2, 1, 0]);
    const left = await trail.sql<{ key: string }>('select key from idempotency_key order by key');
    expect(left.map(({ key }) => key)).toEqual(['elsewhere', 'young']);
  });
});
