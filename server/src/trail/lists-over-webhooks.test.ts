import {
  ERROR_CLASSES,
  parseQuery,
  type Query,
  REASONS,
  readQuery,
  STATES,
  TRIGGERS,
} from '@hooktrail/sdk/query';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../model/delivery-status.ts';
import { idTimeMs, newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { DAY_MS } from '../model/time-units.ts';
import { type CompiledQuery, compileQuery } from '../query/compile-query.ts';
import { createMatcher } from '../query/create-matcher.ts';
import { createTestTrail, idAt, type TestTrail } from '../testing/test-trail.ts';
import { countUndelivered } from './count-undelivered.ts';
import { listCreatedInvocations } from './list-created-invocations.ts';
import { listLatestInvocations } from './list-latest-invocations.ts';
import type { PageRequest } from './page.ts';
import type { ListedWebhook } from './select-webhooks.ts';

const NOW_MS = Date.now();
const DAYS = 6;
const PER_WEBHOOK = 60;

/** A row as the oracle sees it. */
interface Stored {
  readonly id: string;
  readonly webhook: ListedWebhook;
  readonly type: string;
  readonly status: string;
  readonly code: number | null;
  readonly attempts: number;
  readonly latestMs: number;
  readonly due: boolean;
  readonly leased: boolean;
  readonly error: string | null;
  readonly took: number | null;
  readonly trigger: string | null;
  readonly reason: string | null;
}

let trail: TestTrail;
let webhooks: ListedWebhook[];
let stored: Stored[];

const random = fc.sample(fc.nat(), { numRuns: 40_000, seed: 7 });
let drawn = 0;
const pick = <Value>(values: readonly Value[]): Value =>
  values[(random[drawn++ % random.length] as number) % values.length] as Value;

const TYPES = ['order.paid', 'order.sent', 'zen:event-type:ticket.created', 'a_b', 'axb', '100%'];

beforeAll(async () => {
  trail = await createTestTrail({ days: DAYS + 1 });
  const held = [null, null, null, 'paused', 'inactive', null] as const;
  webhooks = held.map((why, index) => ({
    id: newId(NOW_MS),
    // Two have one name.
    family: 'local' as const,
    origin: undefined,
    name: `w${Math.min(index, 4)}`,
    webhook: undefined,
    deletedAt: undefined,
    held: why,
  }));
  stored = webhooks.flatMap((webhook) =>
    Array.from({ length: PER_WEBHOOK }, () => randomRow(webhook)),
  );
  await store(stored);
  // Of another account.
  await store(
    Array.from({ length: 50 }, () =>
      randomRow({ ...webhooks[0], id: newId(NOW_MS) } as ListedWebhook),
    ),
  );
  stored.sort((one, other) => (one.id < other.id ? 1 : -1));
});
afterAll(() => trail.drop());

function randomRow(webhook: ListedWebhook): Stored {
  const createdMs = NOW_MS - ((random[drawn++ % random.length] as number) % (DAYS * DAY_MS));
  const attempts = pick([0, 0, 1, 1, 2, 7]);
  const due = pick([true, false]);
  return {
    id: idAt(createdMs),
    webhook,
    type: pick(TYPES),
    status: pick(DELIVERY_STATUSES),
    code: attempts > 0 ? pick([null, 200, 204, 404, 500, 503]) : null,
    attempts,
    latestMs: attempts > 0 ? Math.min(NOW_MS, createdMs + pick([10, 60_000, DAY_MS])) : createdMs,
    due,
    leased: due && pick([true, false]),
    error: attempts > 0 ? pick([null, ...Object.keys(ERROR_CLASSES)]) : null,
    took: attempts > 0 ? pick([0, 12, 1_000, 7_500]) : null,
    trigger: attempts > 0 ? pick([null, 'manual']) : null,
    reason: pick([null, 'retry', 'breaker', 'exhausted']),
  };
}

async function store(rows: readonly Stored[]): Promise<void> {
  const json = rows.map((row) => ({
    ...row,
    lane: laneOf(row.webhook.id),
    id: uuidFromId(row.id),
    webhook: uuidFromId(row.webhook.id),
    latest: new Date(row.latestMs).toISOString(),
  }));
  await trail.sql(
    `insert into invocation (lane, id, webhook_id, event_id, event_type, status, status_code,
      attempts_count, latest_at, due_at, leased, error_class, duration_ms, trigger, reason_code)
    select lane, id, webhook, id, type, status::delivery_status, code, attempts, latest,
      case when due then now() + interval '1 hour' end, leased, error, took, trigger, reason
    from json_to_recordset($1) as r (lane smallint, id uuid, webhook uuid, type text, status text,
      code smallint, attempts integer, latest timestamptz, due boolean, leased boolean, error text,
      took integer, trigger text, reason text)`,
    [JSON.stringify(json)],
  );
}

type Order = 'created' | 'latest';

interface Walk {
  readonly order?: Order;
  readonly oneLane?: boolean;
  readonly descending?: boolean;
  readonly size?: number;
  readonly bounds?: { readonly rows: number; readonly ms: number; readonly probes?: number };
  readonly backward?: boolean;
  readonly between?: () => Promise<void>;
}

const clock = { now: () => NOW_MS };

const selectedBy = (compiled: CompiledQuery) =>
  webhooks.filter(
    ({ id, name, origin }) =>
      compiled.webhooks.every(({ names, not }) => (names.has(id) || names.has(name)) !== not) &&
      compiled.origins.every(({ names, not }) => names.has(origin ?? 'local') !== not),
  );

/** Walks all pages, and checks what each says about itself. */
async function walk(
  query: Query,
  {
    order = 'created',
    oneLane = false,
    descending = true,
    size = 100,
    bounds = { rows: 50_000, ms: 250 },
    backward = false,
    between,
  }: Walk = {},
): Promise<string[]> {
  const compiled = compileQuery(query, NOW_MS, 'test');
  const selected = selectedBy(compiled);
  const ids: string[] = [];
  const list = order === 'created' ? listCreatedInvocations : listLatestInvocations;
  const key = descending ? 0 : (NOW_MS + 30 * 60_000) * 1_000;
  const end = descending ? '0'.repeat(26) : `7${'Z'.repeat(25)}`;
  let place: Omit<PageRequest, 'size'> = backward
    ? { before: { key: order === 'created' ? '' : key, id: end } }
    : {};
  for (let pages = 0; ; pages++) {
    expect(pages).toBeLessThan(400);
    const page = await list(
      { clock, database: trail.database, oneLane, retentionDays: 7 },
      { query: compiled, webhooks: selected, descending, page: { size, ...place } },
      { probes: 200, ranges: 1_000, ...bounds },
    );
    const shown = page.rows.map(({ id }) => id);
    expect(shown.length).toBeLessThanOrEqual(size);
    for (const { id, latest_at_us: latestUs } of page.rows) {
      const timeMs = order === 'created' ? idTimeMs(id) : Math.floor(latestUs / 1_000);
      expect(timeMs).toBeGreaterThanOrEqual(page.covered.fromMs);
      expect(timeMs).toBeLessThanOrEqual(page.covered.toMs);
    }
    expect(shown).toEqual(
      page.rows
        .toSorted((one, other) => (before(order, one, other) === descending ? 1 : -1))
        .map(({ id }) => id),
    );
    if (backward) ids.unshift(...shown);
    else ids.push(...shown);
    const next = backward ? page.before : page.after;
    if (next === undefined) return ids;
    place = backward ? { before: next } : { after: next };
    await between?.();
  }
}

interface Placed {
  readonly id: string;
  readonly latest_at_us: number;
}

function before(order: Order, one: Placed, other: Placed): boolean {
  if (order === 'latest' && one.latest_at_us !== other.latest_at_us) {
    return one.latest_at_us < other.latest_at_us;
  }
  return one.id < other.id;
}

function sorted(ids: readonly string[], descending: boolean, order: Order = 'created') {
  const latest = new Map(stored.map(({ id, latestMs }) => [id, latestMs * 1_000]));
  const placed = (id: string): Placed => ({ id, latest_at_us: latest.get(id) as number });
  return ids.toSorted((one, other) =>
    before(order, placed(one), placed(other)) === descending ? 1 : -1,
  );
}

type Bounds = Readonly<Partial<Record<'gt' | 'gte' | 'lt' | 'lte', number>>>;

function within(value: number | null, given: unknown): boolean {
  if (value === null) return false;
  if (typeof given === 'number') return value === given;
  if (typeof given === 'string') return Math.floor(value / 100) === Number(given[0]);
  const { gt = -1, gte = -1, lt = 1e12, lte = 1e12 } = given as Bounds;
  return value > gt && value >= gte && value < lt && value <= lte;
}

/** Whether a time is what a value of `created` or `completed` says: whole days, or relative to now. */
function when(ms: number | null, given: unknown): boolean {
  if (ms === null) return false;
  const dayOf = (text: string) => Date.parse(`${text}T00:00:00Z`);
  const ago = (text: string) => NOW_MS - Number.parseInt(text, 10) * 60 * 60 * 1_000;
  const start = (text: string) => (text.includes('-') ? dayOf(text) : ago(text));
  const end = (text: string) => (text.includes('-') ? dayOf(text) + DAY_MS : ago(text) + 1);
  if (typeof given === 'string') return ms >= start(given) && ms < end(given);
  const { gt, gte, lt, lte } = given as Readonly<Record<string, string | undefined>>;
  return (
    (gt === undefined || ms >= end(gt)) &&
    (gte === undefined || ms >= start(gte)) &&
    (lt === undefined || ms < start(lt)) &&
    (lte === undefined || ms < end(lte))
  );
}

const undelivered = ({ attempts, due, status }: Stored): boolean =>
  status !== 'success' && (!due || attempts > 0 || status === 'unknown');

/** The oracle: whether a row has one of the values of a term. */
function has(row: Stored, field: string, value: unknown): boolean {
  switch (field) {
    case 'invocation':
      return value === row.id;
    case 'webhook':
      return value === row.webhook.id || value === row.webhook.name;
    case 'status':
      return value === row.status;
    case 'code':
      return within(row.code, value);
    case 'type': {
      const parts = String(value)
        .split('*')
        .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
      return new RegExp(`^(zen:event-type:)?${parts.join('.*')}$`).test(row.type);
    }
    case 'created':
      return when(idTimeMs(row.id), value);
    case 'since':
      return when(idTimeMs(row.id), { gte: value });
    case 'until':
      return when(idTimeMs(row.id), { lte: value });
    case 'completed':
      return when(row.attempts > 0 ? row.latestMs : null, value);
    case 'attempts':
      return within(row.attempts, value);
    case 'took':
      return within(row.took, value);
    case 'error':
      return value === 'tls' ? row.error?.startsWith('tls') === true : value === row.error;
    case 'reason':
      return value === ((row.due && !row.leased ? row.webhook.held : null) ?? row.reason);
    case 'trigger':
      return row.attempts > 0 && value === (row.trigger ?? 'schedule');
    case 'origin':
      return value === 'local';
    default:
      if (value === 'waiting') return row.due && !row.leased;
      if (value === 'in flight') return row.due && row.leased;
      return value === 'final' ? !row.due : undelivered(row);
  }
}

const matching = (query: Query) =>
  stored
    .filter((row) =>
      query.every(
        ({ field, values, not }) =>
          (values as readonly unknown[]).some((value) => has(row, field, value)) !== (not === true),
      ),
    )
    .map(({ id }) => id);

/** What the matcher of rows in memory keeps. */
function matched(query: Query): string[] {
  const matches = createMatcher(query, NOW_MS);
  const kept = stored.filter((row) => {
    const { webhook, due, leased } = row;
    const held = due && !leased ? webhook.held : null;
    return matches({
      webhook,
      eventType: row.type,
      createdMs: idTimeMs(row.id),
      status: row.status as DeliveryStatus,
      statusCode: row.code ?? undefined,
      attempts: row.attempts,
      durationMs: row.took ?? undefined,
      completedMs: row.attempts > 0 ? row.latestMs : undefined,
      errorClass: row.error ?? undefined,
      reason: held ?? row.reason ?? undefined,
      id: row.id,
      job: undefined,
      trigger: row.attempts > 0 ? (row.trigger ?? 'schedule') : undefined,
      state: due ? (leased ? 'in flight' : 'waiting') : 'final',
      undelivered: undelivered(row),
    });
  });
  return kept.map(({ id }) => id);
}

const numbers = (...values: number[]) => {
  const one = fc.constantFrom(...values);
  return fc.oneof(
    one,
    ...(['gt', 'gte', 'lt', 'lte'] as const).map((key) => one.map((value) => ({ [key]: value }))),
    fc.tuple(one, one).map(([a, b]) => ({ gte: Math.min(a, b), lte: Math.max(a, b) })),
  );
};

const dayOf = (ago: number) => new Date(NOW_MS - ago * DAY_MS).toISOString().slice(0, 10);
const moments = fc.constantFrom(...[0, 1, 3, 5].map(dayOf), '2h', '30h', '80h');
const times = fc.oneof(
  fc.constantFrom(...[0, 1, 3, 5].map(dayOf)),
  ...(['gt', 'gte', 'lt', 'lte'] as const).map((key) => moments.map((value) => ({ [key]: value }))),
);

const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  // They are stored before the tests begin.
  invocation: fc.nat().map((index) => stored[index % stored.length]?.id ?? newId(NOW_MS)),
  webhook: fc.constantFrom('w0', 'w1', 'w4', 'nobody'),
  status: fc.constantFrom(...DELIVERY_STATUSES, 'terminated'),
  code: fc.oneof(numbers(200, 404, 500, 503), fc.constantFrom('2xx', '5xx')),
  type: fc.constantFrom(
    ...TYPES,
    'order.*',
    '*',
    '*.paid',
    'ticket.created',
    'a*b',
    'zen:*',
    '*_*',
  ),
  created: times,
  since: moments,
  until: moments,
  completed: times,
  attempts: numbers(0, 1, 2, 7),
  took: numbers(0, 12, 1_000, 7_500),
  error: fc.constantFrom(...Object.keys(ERROR_CLASSES)),
  reason: fc.constantFrom(...Object.keys(REASONS)),
  trigger: fc.constantFrom(...Object.keys(TRIGGERS)),
  origin: fc.constant('local'),
  state: fc.constantFrom(...Object.keys(STATES)),
};

const terms = fc.constantFrom(...Object.keys(VALUES)).chain((field) =>
  fc.record({
    field: fc.constant(field),
    values: fc.array(VALUES[field] as fc.Arbitrary<unknown>, {
      minLength: 1,
      maxLength: ['since', 'until'].includes(field) ? 1 : 4,
    }),
    not: fc.boolean(),
  }),
);

const ORDERS = ['created', 'latest'] as const;

describe.each(ORDERS)('the list by %s', (order) => {
  it.each(Object.keys(VALUES))('answers what a filter in JavaScript keeps: %s', async (field) => {
    const one = fc.record({
      field: fc.constant(field),
      values: fc.array(VALUES[field] as fc.Arbitrary<unknown>, {
        minLength: 1,
        maxLength: ['since', 'until'].includes(field) ? 1 : 4,
      }),
      not: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 3 }), async (given) => {
        const query = readQuery(given);
        expect(await walk(query, { order })).toEqual(sorted(matching(query), true, order));
        expect(matched(query)).toEqual(matching(query));
      }),
      { numRuns: 25 },
    );
  });

  it('answers it for several terms, in both directions, with small pages and small bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(terms, { maxLength: 3 }),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(50_000, 200, 60),
        fc.constantFrom(1, 12, 200),
        async (given, descending, backward, oneLane, size, rows, probes) => {
          const query = readQuery(given);
          const bounds = { rows, ms: 60_000, probes };
          const how = { order, oneLane, descending, backward, size: size + 10, bounds };
          expect(await walk(query, how)).toEqual(sorted(matching(query), descending, order));
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  }, 120_000);

  it('comes further with each page, however little it may read', async () => {
    const query = parseQuery('created:>=20h -status:success');
    const bounds = { rows: 0, ms: 60_000, probes: 1 };
    for (const descending of [true, false]) {
      expect(await walk(query, { order, descending, bounds })).toEqual(
        sorted(matching(query), descending, order),
      );
    }
  });

  it('ends a page at its time, and goes on from there', async () => {
    const query = parseQuery('code:404 error:dns');
    const expected = matching(query);
    for (const descending of [true, false]) {
      for (const probes of [1, 200]) {
        const bounds = { rows: 50_000, ms: 0, probes };
        expect(await walk(query, { order, descending, bounds })).toEqual(
          sorted(expected, descending, order),
        );
      }
    }
  });
});

describe('what is undelivered', () => {
  function counted(query: Query, oneLane = false, bounds?: Parameters<typeof countUndelivered>[2]) {
    const compiled = compileQuery(query, NOW_MS, 'test');
    return countUndelivered(
      { clock, database: trail.database, oneLane, retentionDays: 7 },
      { query: compiled, webhooks: selectedBy(compiled) },
      bounds,
    );
  }

  it('is counted by webhook and cause, exactly as the list has it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(terms, { maxLength: 2 }),
        fc.boolean(),
        fc.constantFrom(6, 200),
        async (given, oneLane, probes) => {
          const query = readQuery(given);
          const ids = new Set(matching(query));
          const expected: Record<string, number> = {};
          for (const row of stored) {
            if (!ids.has(row.id) || !undelivered(row)) continue;
            const cause = row.error === null ? `status ${row.status}` : `error ${row.error}`;
            const key = `${row.webhook.id} ${cause}`;
            expected[key] = (expected[key] ?? 0) + 1;
          }
          const bounds = { rows: 1_000_000, ms: 60_000, probes };
          const { covered, groups } = await counted(query, oneLane, bounds);
          expect(covered.fromMs).toBeLessThan(NOW_MS - DAYS * DAY_MS);
          expect(groups.every(({ more }) => !more)).toBe(true);
          const found = groups.map(({ count, errorClass, status, webhookId }) => [
            `${webhookId} ${errorClass === undefined ? `status ${status}` : `error ${errorClass}`}`,
            count,
          ]);
          expect(Object.fromEntries(found)).toEqual(expected);
          expect(found).toHaveLength(Object.keys(expected).length);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('says how many still wait, and since when', async () => {
    const { groups } = await counted([]);
    for (const { errorClass, newestId, oldestId, status, waiting, webhookId } of groups) {
      const rows = stored.filter(
        (row) =>
          undelivered(row) &&
          row.webhook.id === webhookId &&
          (errorClass === undefined
            ? row.error === null && row.status === status
            : row.error === errorClass),
      );
      const ids = rows.map(({ id }) => id).sort();
      expect([waiting, oldestId, newestId]).toEqual([
        rows.filter(({ due }) => due).length,
        ids[0],
        ids.at(-1),
      ]);
    }
  });

  it('stops at its bounds, looks at each webhook before, and says what is missing', async () => {
    const everything = stored.filter(undelivered).length;
    const few = await counted([], false, { rows: 10, ms: 60_000, probes: 6 });
    const of = (groups: typeof few.groups) => groups.reduce((sum, { count }) => sum + count, 0);
    expect(of(few.groups)).toBeLessThan(everything);
    expect(few.groups.every(({ more }) => more)).toBe(true);
    expect(few.covered.fromMs).toBeGreaterThan(NOW_MS - 2 * DAY_MS);
    const late = await counted([], false, { rows: 1_000_000, ms: 0, probes: 200 });
    expect(new Set(late.groups.map(({ webhookId }) => webhookId)).size).toBe(webhooks.length);
  });
});

describe('the list by created', () => {
  it('has each row of its beginning once, while all are delivered and others come', async () => {
    for (const descending of [true, false]) {
      const before = stored.map(({ id }) => id);
      const added: Stored[] = [];
      const between = async () => {
        const more = webhooks.map((webhook) => ({ ...randomRow(webhook), id: idAt(NOW_MS) }));
        added.push(...more);
        await store(more);
        await trail.sql(
          `update invocation set status = 'success', latest_at = now(), due_at = null, leased = false
          where id in (select id from invocation order by random() limit 40)`,
        );
      };
      const found = await walk([], { descending, size: 30, between });
      const known = new Set(before);
      expect(found.filter((id) => known.has(id))).toEqual(sorted(before, descending));
      expect(new Set(found).size).toBe(found.length);
      await trail.sql('delete from invocation where id = any ($1)', [
        added.map(({ id }) => uuidFromId(id)),
      ]);
    }
  });
});

describe('the list by latest', () => {
  /** Attempts some invocations again: they move to the front. */
  async function move(count: number): Promise<string[]> {
    const rows = await trail.sql<{ id: string }>(
      `update invocation set
        latest_at = greatest(latest_at, now()) + random() * interval '1 second',
        attempts_count = attempts_count + 1
      where (lane, id) in (select lane, id from invocation where webhook_id = any ($2)
        order by random() limit $1) returning id`,
      [count, webhooks.map(({ id }) => uuidFromId(id))],
    );
    return rows.map(({ id }) => id);
  }

  it('has each row that does not move once, and oldest first also each that moves', async () => {
    for (const descending of [true, false]) {
      for (const backward of [false, true]) {
        const moved = new Set<string>();
        let left = 8;
        const between = async () => {
          if (left-- > 0) for (const id of await move(10)) moved.add(id);
        };
        const known = await trail.sql<{ id: string; us: string }>(
          `select id, (extract(epoch from latest_at) * 1000000)::bigint as us from invocation
          where webhook_id = any ($1)`,
          [webhooks.map(({ id }) => uuidFromId(id))],
        );
        const found = await walk([], { order: 'latest', descending, backward, size: 30, between });
        const still = known
          .map(({ id, us }) => ({ id, latest_at_us: Number(us) }))
          .filter(({ id }) => !moved.has(id))
          .toSorted((one, other) => (before('latest', one, other) === descending ? 1 : -1));
        expect(found.filter((id) => !moved.has(id))).toEqual(still.map(({ id }) => id));
        // Read towards the newest, a row that moves is met again.
        if (descending === backward) expect(new Set(found).size).toBe(known.length);
      }
    }
  });

  it('shows no row twice on a page, although it moves while that page is read', async () => {
    const database = {
      async run(...statement: Parameters<typeof trail.database.run>) {
        await move(20);
        return trail.database.run(...statement);
      },
    } as typeof trail.database;
    for (const descending of [true, false]) {
      const { rows } = await listLatestInvocations(
        { clock, database, oneLane: false, retentionDays: 7 },
        {
          query: compileQuery(parseQuery('attempts:>=0'), NOW_MS, 'test'),
          webhooks,
          descending,
          page: { size: 300 },
        },
        { rows: 50_000, ms: 60_000, ranges: 1_000 },
      );
      expect(rows.length).toBeGreaterThan(200);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    }
  });

  it('reads an old invocation that was just sent again before those of today', async () => {
    const [old] = sorted(
      stored.map(({ id }) => id),
      false,
    ) as [string];
    await trail.sql(`update invocation set latest_at = now() + interval '1 minute' where id = $1`, [
      uuidFromId(old),
    ]);
    const [first] = await walk([], { order: 'latest', size: 100 });
    expect(first).toBe(old);
  });

  it('refuses more days of webhooks than a page may look at, and says how many fit', async () => {
    // Within an hour of midnight, skewed clocks make one day more.
    const noonMs = NOW_MS - (NOW_MS % DAY_MS) + DAY_MS / 2;
    const list = (text: string, ranges: number) =>
      listLatestInvocations(
        {
          clock: { now: () => noonMs },
          database: trail.database,
          oneLane: false,
          retentionDays: 7,
        },
        {
          query: compileQuery(parseQuery(text), noonMs, 'test'),
          webhooks,
          descending: true,
          page: { size: 10 },
        },
        { rows: 50_000, ms: 250, ranges },
      );
    await expect(list('', 50)).rejects.toMatchObject({ name: 'TooManyRanges', webhooks: 4 });
    // Two days of six webhooks.
    await expect(list('since:24h', 12)).resolves.toBeDefined();
    await expect(list('since:24h', 11)).rejects.toMatchObject({ name: 'TooManyRanges' });
  });
});
