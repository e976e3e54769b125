import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../testing/test-database.ts';
import { dumpSchema } from './dump-schema.ts';

test('schema.sql is the schema that the migrations create', async () => {
  const database = await createTestDatabase();
  await expect(await dumpSchema(database.url)).toMatchFileSnapshot('../../schema.sql');
  await database.drop();
});

test('the dump ignores partitions, and running it produces the same dump', async () => {
  const [database, copy] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const dump = await dumpSchema(database.url);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('create table event_default partition of event default');
  await client.query('create table invocation_default partition of invocation default');
  await client.end();
  expect(await dumpSchema(database.url)).toBe(dump);

  const other = new pg.Client({ connectionString: copy.url });
  await other.connect();
  await other.query('drop schema public cascade; create schema public;');
  await other.query(dump);
  await other.end();
  expect(await dumpSchema(copy.url)).toBe(dump);
  await Promise.all([database.drop(), copy.drop()]);
});

test('the dump contains, or refuses, every kind of object', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`
    drop schema public cascade;
    create schema public;
    create type colour as enum ('red', 'light blue');
    create table one (
      id bigint generated always as identity primary key,
      "odd Name" text collate "C" default 'it''s' not null check ("odd Name" <> ''),
      twice integer generated always as (2 * 3) stored,
      colours colour[]
    ) with (fillfactor = 80);
    create table two (a integer, one_id bigint references one on delete cascade)
      partition by hash (a);
    create unique index two_a on two (a) where a > 1;
    create function touch() returns trigger language plpgsql as 'begin return new; end';
    create trigger touched before update on one for each row execute function touch();
  `);
  await expect(dumpSchema(database.url)).rejects.toThrow('does not support: one_id_seq');
  await client.query('alter table one alter id drop identity');
  expect(await dumpSchema(database.url)).toMatchInlineSnapshot(`
    "-- Made from the migrations by "npm run schema"; do not edit.

    create type colour as enum (
      'red',
      'light blue'
    );

    CREATE OR REPLACE FUNCTION public.touch()
     RETURNS trigger
     LANGUAGE plpgsql
    AS $function$begin return new; end$function$
    ;

    create table one (
      id bigint not null,
      "odd Name" text collate "C" default 'it''s'::text not null,
      twice integer generated always as ((2 * 3)) stored,
      colours colour[],
      constraint "one_odd Name_check" CHECK (("odd Name" <> ''::text)),
      constraint one_pkey PRIMARY KEY (id)
    )
    with (fillfactor=80);

    create table two (
      a integer,
      one_id bigint
    ) partition by HASH (a);

    alter table two add constraint two_one_id_fkey FOREIGN KEY (one_id) REFERENCES one(id) ON DELETE CASCADE;

    CREATE UNIQUE INDEX two_a ON public.two USING btree (a) WHERE (a > 1);

    CREATE TRIGGER touched BEFORE UPDATE ON public.one FOR EACH ROW EXECUTE FUNCTION touch();
    "
  `);
  await client.end();
  await database.drop();
});
