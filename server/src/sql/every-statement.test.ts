import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISTRIBUTED_TABLES, REFERENCE_TABLES } from '../database/citus/citus-tables.ts';
import { onShard } from '../database/citus/on-shard.ts';
import type { ListQuery } from '../database/list-query.ts';
import type { Query } from '../database/query.ts';
import { citusProblems } from '../testing/citus-problems.ts';
import { explain, type Scan } from '../testing/explain.ts';
import { createFilledTrail, type FilledTrail, LANE } from '../testing/filled-trail.ts';
import { LANE_TABLES, laneProblems, laneTablesOf } from '../testing/lane-problems.ts';
import { type StatementCase, statementCases } from '../testing/statement-cases.ts';
import { storeWebhook } from '../testing/test-trail.ts';

/**
 * Rules for every statement. A file without an entry in `statement-cases.ts` fails here, and so
 * does a statement that names no lane, scans a whole table of the trail, or reads more partitions
 * than it must. `plans.test.ts` says how many rows each may read.
 */

const FILES = (await readdir(import.meta.dirname))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => name.slice(0, -'.ts'.length));

let filled: FilledTrail;
let cases: Readonly<Record<string, readonly StatementCase[]>>;

beforeAll(async () => {
  filled = await createFilledTrail();
  cases = statementCases(filled);
  const { trail, neighbours } = filled;
  await storeWebhook(trail, neighbours[0]);
  // Rows of other webhooks in every lane, so a whole table is more than the statement asks for.
  await trail.sql(`insert into breaker
    select n % 64, 'open', 1, gen_random_uuid(), now(), now(), '' from generate_series(1, 640) n`);
  await trail.sql(`insert into rate_window
    select n % 64, gen_random_uuid(), '[]' from generate_series(1, 640) n`);
  await trail.sql(`insert into delivery_count
    select now(), 1, 1, n % 64, 0, gen_random_uuid() from generate_series(1, 640) n`);
  await trail.sql(`insert into handshake (lane, webhook_id, state, failures, subject, next_at, asked_at)
    select n % 64, gen_random_uuid(), 'asking', 0, 's', now(), now() from generate_series(1, 640) n`);
  for (const table of ['breaker', 'handshake', 'rate_window', 'delivery_count']) {
    await trail.sql(`update ${table} set webhook_id = (select id from webhook)
      where ctid = (select ctid from ${table} where lane = ${LANE} limit 1)`);
  }
});
afterAll(() => filled.trail.drop());

const isQuery = (value: unknown): value is Query<never, unknown> =>
  typeof value === 'object' && value !== null && 'text' in value && 'values' in value;

const isList = (value: unknown): value is ListQuery<never, unknown> =>
  typeof value === 'object' && value !== null && 'samples' in value;

const hasArchived = (value: unknown): value is { readonly archived: unknown } =>
  typeof value === 'object' && value !== null && 'archived' in value;

/** All statements of a file: its exported ones, and the samples of its lists. */
async function statementsOf(file: string): Promise<Query<never, unknown>[]> {
  const named: unknown[] = Object.values(await import(`../sql/${file}.ts`));
  const exported = named.flatMap((one) => (hasArchived(one) ? [one, one.archived] : [one]));
  const listed = exported.filter(isList).flatMap((list) => list.samples());
  return [...exported.filter(isQuery), ...listed.map((sample) => sample.query)];
}

it('has an entry for every file, and for every statement in it', async () => {
  expect(Object.keys(cases).sort()).toEqual(FILES.sort());
  for (const file of FILES) {
    const statements = new Set(await statementsOf(file));
    expect(statements.size, `statements of ${file}`).toBeGreaterThan(0);
    expect(new Set(cases[file]?.map(({ query }) => query)), file).toEqual(statements);
  }
});

it('can name all tables of a shard in every statement that may be of one', () => {
  const days = ['', '_20261130', '_20261201'];
  const names = new Map(
    [...DISTRIBUTED_TABLES, ...REFERENCE_TABLES].flatMap((table) =>
      days.map((day) => [`${table}${day}`, `"${table}${day}_1"`]),
    ),
  );
  const found = Object.values(cases)
    .flat()
    .filter(({ query }) => query.lanesOf !== undefined);
  expect(new Set(found.map(({ query }) => query.name)).size).toBeGreaterThan(6);
  for (const { params, query } of found) {
    const ofDay = query.ofDay?.(params as never);
    const day = /_(\d{8})\b/.exec(ofDay?.text ?? '')?.[0];
    const named = (text: string) =>
      onShard(day === undefined ? text : text.replaceAll(day, '_20261130'), names) as string;
    for (const text of [query.text, ...(ofDay === undefined ? [] : [ofDay.text])]) {
      const left = named(text).replaceAll(/"\w+"/g, '');
      expect(laneTablesOf(left), query.name).toEqual([]);
      expect(left, query.name).not.toMatch(
        new RegExp(`(?:from|join|update|into) (?:${REFERENCE_TABLES.join('|')})\\b`),
      );
    }
    expect([...(query.lanesOf as (p: never) => Iterable<number>)(params as never)]).not.toContain(
      undefined,
    );
  }
});

it.each(FILES)('%s names the lane of every lane table', (file) => {
  for (const { everyLane, query, reads } of cases[file] ?? []) {
    expect(laneTablesOf(query.text)).toEqual(Object.keys(reads).sort());
    const problems = laneProblems(query.text);
    if (everyLane === undefined) expect(problems).toEqual([]);
    else expect(problems.length).toBeGreaterThan(0);
    // The check must notice when the lane is missing.
    const without = query.text.replace(/\blane\b/g, 'id');
    expect(laneProblems(without).length > 0).toBe(Object.keys(reads).length > 0);
  }
});

/** Statements that change what is archived: they name no table that anything is delivered from. */
const ARCHIVING = /^(?:store|remove|erase)-archived-/;

it.each(FILES)(
  '%s changes and locks nothing that is archived, unless it does nothing else',
  (file) => {
    for (const { query } of cases[file] ?? []) {
      if (!/\barchive_(?:event|invocation|attempt)\b/.test(query.text)) continue;
      if (ARCHIVING.test(query.name)) {
        expect(query.text).not.toMatch(
          /\b(?:from|join|update|into|using) (?:event|invocation|attempt)\b/,
        );
        continue;
      }
      expect(query.name).toMatch(/^(?:read|find|search)-archived-/);
      expect(query.text).not.toMatch(/\b(?:insert|update|delete|lock)\b|for (?:no key )?update/);
    }
  },
);

it('lets the archive alone change what is archived', async () => {
  const root = new URL('../', import.meta.url);
  const files = await readdir(root, { recursive: true });
  const users: string[] = [];
  for (const file of files.filter((name) => /(?<!\.test)\.ts$/.test(name))) {
    const text = await readFile(new URL(file, root), 'utf8');
    if (/\/(?:store|remove)-archived-[a-z-]+\.ts'/.test(text)) users.push(file);
  }
  expect(users.length).toBeGreaterThan(3);
  expect(users.filter((file) => !/^(?:archive|testing)\//.test(file))).toEqual([]);
});

it.each(FILES)('%s asks for nothing that Citus refuses', (file) => {
  for (const { query } of cases[file] ?? []) expect(citusProblems(query.text)).toEqual([]);
});

/** A new day's partition has no statistics yet, so plans are checked without and with them. */
describe.each([
  ['without statistics', 'select'],
  ['with statistics', 'analyze'],
])('%s', (_when, prepare) => {
  beforeAll(() => filled.trail.sql(prepare));

  it.each(FILES)('%s reads no more than it must', async (file) => {
    for (const { everyLane, everyLaneOf, noPlan, params, query, reads } of cases[file] ?? []) {
      if (noPlan !== undefined) continue;
      const scans = await explain(filled.trail.database, query, params as never);
      for (const table of LANE_TABLES) {
        const ofTable = scans.filter(({ relation }) => isPartOf(relation, table));
        expect(ofTable.filter(readsAll), `${query.name}: reads a whole table or index`).toEqual(
          everyLane === undefined || everyLaneOf?.includes(table) === false ? [] : ofTable,
        );
        const partitions = new Set(ofTable.map(({ relation }) => relation));
        expect(partitions.size, `${query.name}: partitions of ${table}`).toBeLessThanOrEqual(
          reads[table] ?? 0,
        );
      }
    }
  });
});

const isPartOf = (relation: string, table: string) =>
  relation === table || new RegExp(`^${table}_\\d{6,8}$`).test(relation);

/**
 * Our connections disable sequential scans, so a statement that no index serves may read a whole
 * index instead: a scan whose condition has no lane reads all lanes.
 */
function readsAll({ condition, index }: Scan): boolean {
  return index === undefined || !/\blane\b/.test(condition ?? '');
}
