import { createRandom } from '@hooktrail/harness/create-random';
import { eventually } from '@hooktrail/harness/eventually';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { FilterKeeper } from '../../keep/filter-keeper.ts';
import { idTimeMs, newId, uuidFromId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import { HOUR_MS, MINUTE_MS } from '../../model/time-units.ts';
import { NO_FILTER } from '../../sql/parts/invocation-filter.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import { createTestArchive } from '../../testing/test-archive.ts';
import { createTestTrail, idAt, type TestTrail } from '../../testing/test-trail.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import { phraseOf } from '../../words/phrase.ts';
import type { Found } from './found.ts';
import type { SearchRunner } from './resting.ts';
import { searchText } from './search-text.ts';

const NOW_MS = Date.now();
const log = pino({ level: 'silent' });
const random = createRandom(20261129, 'search');
const draw = (): number => random.whole(0, 999_999) / 1_000_000;

/** Words of a trail: common ones, rare ones, parts of each other, and other scripts. */
const WORDS = [
  ...['order', 'orders', 'Order', 'paid', 'refund', 'unique-7f3a', 'x', 'ORD', 'état', 'ÉTAT'],
  ...['straße', 'привет', 'Привет', '東京', '京都', '𝒜lpha', 'a1b2', 'a1', 'b2', 'K', 'k'],
];
const SEPARATORS = [' ', '  ', '-', '_', ', ', '"', '\n', '\\', '/', ':', '\t'];

interface Doc {
  readonly key: string;
  readonly texts: readonly string[];
  readonly accountId: number;
  readonly archived?: true;
}

let trail: TestTrail;
const docs: Doc[] = [];
const webhooks: ListedWebhook[] = [];
let archive: ReturnType<typeof createTestArchive>;
let source: string;

const pick = <T>(values: readonly T[]): T => random.pick(values);

function sentence(words: number): string {
  let text = '';
  for (let n = 0; n < words; n++) text += pick(WORDS) + pick(SEPARATORS);
  return `${text}n${Math.floor(draw() * 1e9).toString(36)}`;
}

/** JSON as publishers write it: as it is, or everything beyond ASCII escaped. */
function jsonOf(value: unknown): string {
  const json = JSON.stringify(value);
  if (draw() < 0.7) return json;
  return json.replace(
    /[^\n-~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

async function storeEvent(atMs: number, accountId: number): Promise<string> {
  const id = idAt(atMs);
  const body = jsonOf({ detail: { note: sentence(5) } });
  await trail.sql(
    'insert into event (account_id, lane, id, type, body) values ($1, $2, $3, $4, $5)',
    [accountId, laneOf(id), uuidFromId(id), 'order.paid', body],
  );
  docs.push({ key: id, texts: [body], accountId });
  return id;
}

async function storeAttempt(
  webhookId: string,
  invocationId: string,
  number: number,
  recordedMs: number,
  accountId: number,
): Promise<void> {
  const requestHeaders = ['User-Agent', sentence(2), 'X-Secret', `hidden ${sentence(1)}`];
  const responseHeaders = ['X-Reply', sentence(2), 'Set-Cookie', `hidden ${sentence(1)}`];
  const body = draw() < 0.5 ? sentence(4) : jsonOf({ said: sentence(3) });
  await trail.sql(
    `insert into attempt (
      lane, invocation_id, number, id, status, duration_ms, request_headers, response_headers,
      response_body, recorded_at
    ) values ($1, $2, $3, $4, 'success', 1, $5, $6, $7, $8)`,
    [
      laneOf(webhookId),
      uuidFromId(invocationId),
      number,
      uuidFromId(idAt(recordedMs)),
      JSON.stringify(requestHeaders),
      JSON.stringify(responseHeaders),
      body,
      new Date(recordedMs),
    ],
  );
  docs.push({
    key: `${invocationId} ${webhookId} ${number}`,
    texts: [shown(requestHeaders), shown(responseHeaders), body],
    accountId,
  });
}

const shown = (headers: readonly string[]) =>
  `${headers[0]}: ${headers[1]}\n${headers[2]}: ********\n`;

/** An account's event with one invocation and some attempts, of which the later ones are late. */
async function storeDelivery(atMs: number, accountId: number, webhookId: string): Promise<void> {
  const eventId = await storeEvent(atMs, accountId);
  const id = idAt(atMs);
  const attempts = Math.floor(draw() * 4);
  await trail.sql(
    `insert into invocation (
      lane, id, webhook_id, event_id, event_type, status, attempts_count, latest_at
    ) values ($1, $2, $3, $4, 'order.paid', $5, $6, $7)`,
    [
      laneOf(webhookId),
      uuidFromId(id),
      uuidFromId(webhookId),
      uuidFromId(eventId),
      draw() < 0.5 ? 'success' : 'failed',
      attempts,
      new Date(atMs),
    ],
  );
  let recordedMs = atMs;
  for (let number = 1; number <= attempts; number++) {
    recordedMs += draw() * 10 * MINUTE_MS;
    await storeAttempt(webhookId, id, number, Math.floor(recordedMs), accountId);
  }
}

/** What was archived of an event: its invocation, by one id, at webhooks of which each mirrors the same one. */
async function storeArchived(
  atMs: number,
  accountId: number,
  webhookIds: readonly string[],
): Promise<void> {
  const eventId = idAt(atMs);
  const body = draw() < 0.9 ? jsonOf({ detail: { note: sentence(5) } }) : undefined;
  await archive.event(eventId, {
    accountId,
    sourceId: source,
    ...(body !== undefined && { body }),
    ...(draw() < 0.5 && { type: 'order.paid' }),
  });
  if (body !== undefined) docs.push({ key: eventId, texts: [body], accountId, archived: true });
  const id = idAt(atMs);
  for (const webhookId of webhookIds) {
    const outcomes = Array.from({ length: Math.floor(draw() * 4) }, () => {
      const requestHeaders = ['User-Agent', sentence(2), 'X-Secret', `hidden ${sentence(1)}`];
      const responseBody = sentence(4);
      const sent = draw() < 0.8;
      return { status: 'failed', sent, ...(sent && { requestHeaders, responseBody }) };
    });
    await archive.invocation(webhookId, { id, eventId, outcomes });
    for (const [index, { requestHeaders, responseBody }] of outcomes.entries()) {
      if (requestHeaders === undefined || responseBody === undefined) continue;
      docs.push({
        key: `${id} ${webhookId} ${index + 1}`,
        texts: [shown(requestHeaders), responseBody],
        accountId,
        archived: true,
      });
    }
  }
}

const listed = (id: string, family: Family = 'local'): ListedWebhook => ({
  id,
  name: id,
  family,
  origin: undefined,
  webhook: undefined,
  deletedAt: undefined,
  held: null,
});

beforeAll(async () => {
  trail = await createTestTrail();
  await trail.sql(`insert into account (id, name) values (1, 'one'), (2, 'two')`);
  for (let n = 0; n < 3; n++) webhooks.push(listed(newId(NOW_MS)));
  const foreign = newId(NOW_MS);
  for (let n = 0; n < 200; n++) {
    const atMs = Math.floor(NOW_MS - draw() * 5 * HOUR_MS);
    if (draw() < 0.2) await storeDelivery(atMs, 2, foreign);
    else await storeDelivery(atMs, 1, pick(webhooks).id);
  }
  archive = createTestArchive((text, values) => trail.sql(text, values));
  source = await archive.source('acme');
  const mirrored = [newId(NOW_MS), newId(NOW_MS)];
  for (let n = 0; n < 80; n++) {
    const atMs = Math.floor(NOW_MS - draw() * 5 * HOUR_MS);
    if (draw() < 0.2) await storeArchived(atMs, 2, [newId(NOW_MS)]);
    else await storeArchived(atMs, 1, mirrored);
  }
  webhooks.push(...mirrored.map((id) => listed(id, 'archived')));
}, 60_000);
afterAll(() => trail.drop());

/** Makes all filters that can be made. */
async function makeFilters(): Promise<number> {
  const database = openDatabase(trail.url, { connections: 1, log });
  const keeper = new FilterKeeper({
    clock: { now: () => NOW_MS },
    database,
    keptMs: HOUR_MS,
    log,
  });
  try {
    let made = 0;
    // Transactions of other tests are on the same server, and nothing is settled before they end.
    await eventually('filters to be made', async () => {
      made += await keeper.round({ rests: false });
      return made > 0;
    });
    return made;
  } finally {
    await keeper.stop();
    await database.close();
  }
}

interface Asked {
  readonly terms: readonly (readonly string[])[];
  readonly excluded?: readonly string[];
  readonly bounds?: { readonly ms: number; readonly bytes: number };
  readonly limit?: number;
  readonly among?: readonly ListedWebhook[];
  /** Created from then on. */
  readonly fromMs?: number;
  readonly database?: SearchRunner;
  readonly onPage?: () => void;
}

/** Walks to the end, and resolves to the events and attempts that were found, and what it took. */
async function search({
  terms,
  excluded = [],
  bounds,
  limit = 30,
  among = webhooks,
  fromMs = NOW_MS - 6 * HOUR_MS,
  database = trail.database,
  onPage = () => undefined,
}: Asked) {
  const phrases = (texts: readonly string[]) => texts.flatMap((text) => phraseOf(text) ?? []);
  const keys: string[] = [];
  const positions: string[] = [];
  const filter = { asked: 0, read: 0, empty: 0 };
  let after: string | undefined;
  let rows = 0;
  let pages = 0;
  do {
    const page = await searchText(
      { clock: { now: () => NOW_MS }, database, retentionDays: 1 },
      {
        accountId: 1,
        query: { terms: terms.map(phrases), excluded: phrases(excluded) },
        filter: NO_FILTER,
        created: [[fromMs, Number.POSITIVE_INFINITY]],
        webhooks: among,
        needsInvocation: false,
        limit,
        after,
        nothing: false,
      },
      bounds,
    );
    expect(page.found.length).toBeLessThanOrEqual(limit);
    for (const found of page.found) {
      positions.push(found.position);
      keys.push(...keysOf(found));
    }
    rows += page.rows;
    filter.asked += page.filter.asked;
    filter.read += page.filter.read;
    filter.empty += page.filter.empty;
    after = page.after;
    pages++;
    onPage();
  } while (after !== undefined);
  return { keys: keys.sort(), positions, rows, filter, pages };
}

function keysOf(found: Found): string[] {
  if ('event' in found) return [found.event.id];
  const numbers = new Set(found.matches.map(({ attempt }) => attempt));
  return [...numbers].map((number) => `${found.invocationId} ${found.webhookId} ${number}`);
}

/** The same by a plain scan with a regular expression. */
function scan({ terms, excluded = [] }: Asked, among = (_doc: Doc) => true): string[] {
  const has = (doc: Doc, phrase: string) =>
    doc.texts.some((text) => patternOf(phrase).test(text) || patternOf(phrase).test(decoded(text)));
  return docs
    .filter(
      (doc) =>
        doc.accountId === 1 &&
        among(doc) &&
        terms.every((phrases) => phrases.some((phrase) => has(doc, phrase))) &&
        !excluded.some((phrase) => has(doc, phrase)),
    )
    .map(({ key }) => key)
    .sort();
}

const decoded = (text: string): string =>
  text.replace(/\\(u[0-9a-f]{4}|["\\/bfnrt])/gi, (one) => {
    try {
      return JSON.parse(`"${one}"`) as string;
    } catch {
      return one.slice(1);
    }
  });

const SPACELESS = String.raw`\p{sc=Han}`;

function patternOf(phrase: string): RegExp {
  const part = String.raw`(?:(?!${SPACELESS})[\p{L}\p{N}\p{M}\p{Cs}])`;
  const source = phrase
    .trim()
    .split(/\s+/)
    .map((piece) => piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join(String.raw`[\s\u0000-\u0020]+`);
  const opens = new RegExp(`^${part}`, 'u').test(phrase) ? `(?<!${part})` : '';
  const closes = new RegExp(`${part}$`, 'u').test(phrase) ? `(?!${part})` : '';
  return new RegExp(opens + source + closes, 'iu');
}

/** Queries of one word, of a phrase that is somewhere, of several, and of what is nowhere. */
function someQueries(): Asked[] {
  const queries: Asked[] = WORDS.filter((word) => word !== 'K' && word !== 'k').map((word) => ({
    terms: [[word]],
  }));
  for (let n = 0; n < 5; n++) {
    const text = decoded(pick(pick(docs).texts));
    const start = Math.floor(draw() * text.length);
    const phrase = text.slice(start, start + 3 + Math.floor(draw() * 20));
    if (phraseOf(phrase) !== undefined && !/[\ud800-\udfff]/.test(phrase)) {
      queries.push({ terms: [[phrase]] });
    }
    queries.push({ terms: [[pick(WORDS), pick(WORDS)], [pick(WORDS)]], excluded: [pick(WORDS)] });
  }
  queries.push({ terms: [['nowhere']] }, { terms: [['hidden']] });
  return queries.filter(({ terms }) => !terms.flat().some((word) => /^k$/i.test(word)));
}

const queries = () => someQueries();

describe.each(['without filters', 'with filters'])('%s', (when) => {
  it('finds what a plain scan finds, each once, newest first', async () => {
    const made = when === 'with filters' ? await makeFilters() : 0;
    if (when === 'with filters') expect(made).toBeGreaterThan(1);
    let found = 0;
    for (const query of queries()) {
      const { keys, positions } = await search(query);
      expect(keys, JSON.stringify(query)).toEqual(scan(query));
      expect(positions).toEqual([...new Set(positions)].sort().reverse());
      found += keys.length;
    }
    expect(found).toBeGreaterThan(100);
  }, 120_000);
});

it('goes on in shorter steps where PostgreSQL ends a statement for its length', async () => {
  let ended = 0;
  const database: SearchRunner = {
    async run(query, params) {
      const { fromId, untilId } = (params ?? {}) as { fromId?: string; untilId?: string };
      const isSearch = query.name.startsWith('search-archived-') && fromId !== undefined;
      if (isSearch && idTimeMs(untilId as string) - idTimeMs(fromId) > MINUTE_MS) {
        ended++;
        throw Object.assign(new Error('statement timeout'), { code: '57014' });
      }
      return trail.database.run(query, params);
    },
  };
  const query = { terms: [['order']], limit: 100 };
  const among = webhooks.filter(({ family }) => family === 'archived');
  const { keys } = await search({ ...query, among, database });
  expect(keys).toEqual((await search({ ...query, among })).keys);
  expect(ended).toBeGreaterThan(0);
});

it('reads few blocks for a word that is in one of them', async () => {
  const [some] = docs.filter(
    ({ accountId, key }) => accountId === 1 && idTimeMs(key.slice(0, 26)) < NOW_MS - 2 * HOUR_MS,
  );
  const word = /n[0-9a-z]{4,}/.exec(some?.texts.join(' ') as string)?.[0] as string;
  // The archive has no filters: all of it is read.
  const among = webhooks.filter(({ family }) => family === 'local');
  const { filter, keys, rows } = await search({ terms: [[word]], among });
  expect(keys).toEqual(scan({ terms: [[word]] }));
  expect(filter.asked).toBeGreaterThanOrEqual(32);
  expect(filter.read).toBeLessThan(5);
  expect(rows).toBeLessThan(docs.length / 3);
});

it('reads of our own trail and of the archive together what its bounds allow', async () => {
  const bytes = 1_500;
  /** What each statement of a page read. */
  let read: { readonly name: string; readonly bytes: number }[] = [];
  const names = new Set<string>();
  const database: SearchRunner = {
    async run(query, params) {
      const rows = await trail.database.run(query, params);
      if (query.name.startsWith('search-')) {
        const total = (rows.at(-1) as { readonly bytes: number | null }).bytes ?? 0;
        if (total > 0) names.add(query.name);
        read.push({ name: query.name, bytes: total });
      }
      return rows;
    },
  };
  const bounds = { ms: Number.MAX_SAFE_INTEGER, bytes };
  let pages = 0;
  const onPage = () => {
    pages++;
    // The last step has three statements at most: only it may exceed the bound.
    const before = read.slice(0, -3).reduce((sum, one) => sum + one.bytes, 0);
    expect(before, JSON.stringify(read)).toBeLessThanOrEqual(bytes);
    read = [];
  };
  await search({ terms: [['nowhere']], bounds, database, onPage });
  expect(pages).toBeGreaterThan(3);
  const expected = ['search-archived-attempts', 'search-archived-events', 'search-events'];
  expect([...names]).toEqual(expect.arrayContaining(expected));
});

it('ends an answer at its bounds and goes on from there, missing nothing', async () => {
  const query = { terms: [['order', 'refund']], limit: 100 };
  const small = { ms: Number.MAX_SAFE_INTEGER, bytes: 1 };
  const { keys, pages } = await search({ ...query, bounds: small });
  expect(keys).toEqual(scan(query));
  expect(pages).toBeGreaterThan(10);
  // Without time, an answer is 15 seconds of what has no filter: of the archive these are too many.
  const among = webhooks.filter(({ family }) => family === 'local');
  const bounds = { ms: 0, bytes: Number.MAX_SAFE_INTEGER };
  const fromMs = NOW_MS - HOUR_MS;
  const ours = await search({ ...query, bounds, among, fromMs });
  const isOurs = ({ archived, key }: Doc) =>
    archived !== true && idTimeMs(key.split(' ')[0] as string) >= fromMs;
  const expected = scan(query, isOurs);
  expect(expected.length).toBeGreaterThan(10);
  expect(ours.keys).toEqual(expected);
  expect(ours.pages).toBeGreaterThan(10);
});
