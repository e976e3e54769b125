import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../model/ids.ts';
import { testCluster } from '../../testing/test-cluster.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { sql } from '../../testing/test-node.ts';
import { type Database, openDatabase } from '../database.ts';
import { smallint, uuid } from '../parameters.ts';
import { query } from '../query.ts';
import { ShardsOfCluster } from './shards-of-cluster.ts';

interface Row {
  readonly lane: number;
  readonly id: string;
}

const insertOne = query<Row, never>(
  'insert-one',
  { lane: smallint((p: Row) => p.lane), id: uuid((p) => p.id) },
  `insert into event (lane, account_id, id, type, body) values ($lane, 1, $id, 'a.b', '{}')`,
  { lanesOf: ({ lane }) => [lane] },
);

let test: TestDatabase;
let database: Database;
let shards: ShardsOfCluster | undefined;
let warnings: string[];
const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });

beforeEach(async () => {
  test = await createTestDatabase();
  warnings = [];
  await sql(test.url, STAND_IN);
  database = openDatabase(test.url, { connections: 1, log });
});
afterEach(async () => {
  await shards?.close();
  shards = undefined;
  await database.close();
  await test.drop();
});

/** A stand-in for Citus: one PostgreSQL, which is the coordinator and the machine that has a shard. */
const STAND_IN = `
create table pg_dist_partition (logicalrelid regclass primary key);
create table pg_dist_shard (logicalrelid regclass, shardid bigint, shardminvalue text);
create table pg_dist_placement (shardid bigint, groupid integer);
create table pg_dist_node (groupid integer, noderole text, nodename text, nodeport integer);
create table pg_dist_local_group (groupid integer);
insert into pg_dist_local_group values (1);
create table event_all partition of event default;
create table locked (mode integer, shardids bigint[]);
create function lock_shard_metadata(mode integer, shardids bigint[]) returns void language sql as
  'insert into locked values (mode, shardids)';
create function get_shard_id_for_distribution_column(name regclass, lane smallint) returns bigint
language plpgsql as $$ begin
  if not exists (select from pg_dist_partition where logicalrelid = name) then
    raise 'relation is not distributed';
  end if;
  return 11 + lane % 2;
end $$`;

/** Distributes the table: the even lanes are on a shard of this machine. */
async function distribute(): Promise<void> {
  const { hostname, port } = new URL(test.url);
  await sql(
    test.url,
    `create table event_11 (like event);
    insert into pg_dist_partition values ('event');
    insert into pg_dist_shard values ('event', 11, '-2'), ('event', 12, '0');
    insert into pg_dist_placement values (11, 1), (12, 2);
    insert into pg_dist_node values
      (1, 'primary', '${decodeURIComponent(hostname)}', ${port || 5432}), (2, 'primary', 'nobody.invalid', 1)`,
  );
}

const open = async () => {
  shards = await ShardsOfCluster.open({ connections: 1, databaseUrl: test.url, log });
  return shards.through(database);
};
const count = async (table: string) =>
  (await sql<{ n: number }>(test.url, `select count(*)::int as n from ${table}`))[0]?.n;
const row = (lane: number): Row => ({ lane, id: newId(Date.now()) });

describe.skipIf(testCluster.isCitus)('ShardsOfCluster', () => {
  it('leaves a database alone that has Citus, and whose tables are not distributed', async () => {
    const through = await open();
    await through.run(insertOne, row(0));
    expect(shards?.of([0])).toBeUndefined();
    expect(await count('event')).toBe(1);
  });

  it('runs a statement of a shard on its machine, and others through the coordinator', async () => {
    await distribute();
    const through = await open();
    for (const lane of [0, 2, 1]) await through.run(insertOne, row(lane));
    expect([await count('event_11'), await count('event')]).toEqual([2, 1]);
    expect(await sql(test.url, 'select distinct mode, shardids::text from locked')).toEqual([
      { mode: 5, shardids: '{11}' },
    ]);
    // Nobody answers there.
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('"machine":"nobody.invalid:1"');
  });

  it('writes nothing to a shard that has moved, and runs the statement through the coordinator', async () => {
    await distribute();
    const through = await open();
    await sql(test.url, 'update pg_dist_placement set groupid = 2');
    await through.run(insertOne, row(0));
    expect([await count('event_11'), await count('event')]).toEqual([0, 1]);
    expect(await count('locked')).toBe(0);
  });

  it('asks no machine that does not know its shards', async () => {
    await distribute();
    await sql(test.url, 'update pg_dist_local_group set groupid = 3');
    const through = await open();
    await through.run(insertOne, row(0));
    expect(await count('event')).toBe(1);
    expect(warnings.join()).toContain('it does not know its shards');
  });
});
