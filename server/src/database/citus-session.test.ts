import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Unavailable } from '../model/unavailable.ts';
import { testCluster } from '../testing/test-cluster.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { type CancellableDatabase, openDatabase } from './database.ts';
import type { Query } from './query.ts';

let test: TestDatabase;
const opened: CancellableDatabase[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(async () => {
  for (const one of opened) await one.close();
  await test.drop();
});

function open(): CancellableDatabase {
  const one = openDatabase(test.url, { connections: 1, log: pino({ level: 'silent' }) });
  opened.push(one);
  return one;
}

const statement = <Row>(name: string, text: string): Query<undefined, Row> => ({
  name,
  text,
  values: () => [],
});
const mode = statement<{ mode: string }>(
  'mode',
  `select current_setting('plan_cache_mode') as mode`,
);
const fail = (code: string) =>
  statement<never>(code, `do $$ begin raise 'no' using errcode = '${code}'; end $$`);

// A cluster has the catalog from the start.
it.skipIf(testCluster.isCitus)(
  'plans with values and waits for workers on Citus alone',
  async () => {
    const plain = open();
    expect(await plain.run(mode, undefined)).toEqual([{ mode: 'force_generic_plan' }]);
    const fenced: Query<undefined, { text: string }> = statement(
      'fenced',
      `select current_query() as text from (select 1 offset 0) as one`,
    );
    expect((await plain.run(fenced, undefined))[0]?.text).toContain('offset 0');
    const apart: Query<undefined, { lane: number }> = {
      ...statement<{ lane: number }>('apart', 'select -1 as lane'),
      laneByLane: {
        name: 'apart-lanes',
        text: 'select $1::integer as lane',
        runs: () => [[1], [2]],
        merge: (runs) => runs.flat().reverse(),
      },
    };
    expect(await plain.run(apart, undefined)).toEqual([{ lane: -1 }]);

    await expect(plain.run(fail('XX000'), undefined)).rejects.toMatchObject({ code: 'XX000' });

    const client = new pg.Client({ connectionString: test.url });
    await client.connect();
    await client.query('create table pg_dist_partition (logicalrelid regclass)');
    await client.end();
    const citus = open();
    expect(await citus.run(mode, undefined)).toEqual([{ mode: 'auto' }]);
    for (const code of ['XX000', '40P01']) {
      await expect(citus.run(fail(code), undefined)).rejects.toBeInstanceOf(Unavailable);
    }
    await expect(citus.run(fail('23505'), undefined)).rejects.toMatchObject({ code: '23505' });

    expect((await citus.run(fenced, undefined))[0]?.text).not.toContain('offset');
    expect(await citus.run(apart, undefined)).toEqual([{ lane: 2 }, { lane: 1 }]);
    // Nothing has connected before.
    expect(await open().run(apart, undefined)).toEqual([{ lane: 2 }, { lane: 1 }]);
    expect((await open().run(fenced, undefined))[0]?.text).not.toContain('offset');

    const given = new AbortController();
    const runs = function* () {
      yield [1];
      given.abort(new Error('given up between two lanes'));
      yield [2];
    };
    const lanes = { ...apart, laneByLane: { ...apart.laneByLane, runs: () => runs() as never } };
    const session = citus.session(given.signal, (runner) =>
      runner.run(lanes as typeof apart, undefined),
    );
    await expect(session).rejects.toThrow('given up between two lanes');
  },
);
