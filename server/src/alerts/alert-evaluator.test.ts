import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../model/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { createTestAlerts, type TestAlerts } from '../testing/test-alerts.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { sql } from '../testing/test-node.ts';
import type { Condition } from './condition.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await sql(database.url, `insert into account (id, name) values (1, 'main'), (2, 'other')`);
});
afterAll(() => database.drop());

const query = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  sql<Row & object>(database.url, text, values);

/** What both nodes find. */
let conditions: readonly Condition[] | 'fails';
let reads: string[];
let one: TestAlerts;
let other: TestAlerts;

const reader = (name: string) => ({
  kinds: ['job', 'gap'] as const,
  read: async () => {
    reads.push(name);
    if (conditions === 'fails') throw new Error('cannot be read');
    return conditions;
  },
});
const job = (subject = 'a', more: Partial<Condition> = {}): Condition => ({
  ...{ accountId: 1, kind: 'job', subject, jobId: newId(1), value: 1, facts: { job_kind: 'x' } },
  ...more,
});

beforeEach(async () => {
  conditions = [];
  reads = [];
  one = await createTestAlerts(database.url, [reader('one')]);
  other = await createTestAlerts(database.url, [reader('other')]);
});
afterEach(async () => {
  await one.close();
  await other.close();
  for (const table of ['notice', 'route', 'watch', 'rule', 'mute', 'lease']) {
    await query(`delete from alert_${table}`);
  }
  await query('delete from alert');
});

const alerts = () =>
  query<{ id: string; subject: string; resolved_at: Date | null }>(
    'select * from alert order by id',
  );
const notices = () =>
  query(`select r.name, n.transition, n.state, n.due_at from alert_notice n
    join alert_route r on r.id = n.route_id order by r.name, n.transition`);
const route = (name: string, more: { kinds?: string[]; severity?: string; on?: boolean } = {}) =>
  query(
    `insert into alert_route (account_id, id, name, kind, enabled, target, kinds, minimum_severity, created_at, changed_at)
    values (1, gen_random_uuid(), $1, 'slack', $2, '', $3, $4, now(), now())`,
    [name, more.on ?? true, more.kinds ?? null, more.severity ?? 'warning'],
  );
/** As if the node that has the lease had been killed a minute ago. */
const expireLease = () => query('update alert_lease set until_at = now()');
const quiet = (from: string, to: string) =>
  query(`insert into alert_rule values (1, 'job', $1, now())`, [
    JSON.stringify({
      quietHours: {
        ...{ timeZone: 'UTC', from, to, exceptCritical: true },
        days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      },
    }),
  ]);

describe('the evaluation of alerts', () => {
  it('is done by one node at a time, and goes on on another when it stops', async () => {
    expect(await one.evaluate()).toBe(true);
    expect(await other.evaluate()).toBe(false);
    expect(await one.evaluate()).toBe(true);
    expect(reads).toEqual(['one', 'one']);
    await one.evaluator.stop();
    expect(await other.evaluate()).toBe(true);
    expect(await one.evaluate()).toBe(false);
  });

  it('opens no second alert for an episode when its node is killed between evaluations', async () => {
    await route('on call');
    conditions = [job()];
    await one.evaluate();
    await expireLease();
    expect(await other.evaluate()).toBe(true);
    await expireLease();
    await one.evaluate();
    expect(await alerts()).toHaveLength(1);
    expect(await notices()).toHaveLength(1);
    conditions = [];
    await expireLease();
    await other.evaluate();
    expect((await alerts())[0]?.resolved_at).not.toBeNull();
    conditions = [job()];
    await other.evaluate();
    expect(await alerts()).toHaveLength(2);
  });

  it('writes nothing when the node lost the lease while it read', async () => {
    conditions = [job()];
    const slow = await createTestAlerts(database.url, [
      {
        kinds: ['job'],
        async read() {
          // It stood still for longer than its lease, and the other one evaluated meanwhile.
          await expireLease();
          await other.evaluate();
          return [job(), job('late')];
        },
      },
    ]);
    expect(await slow.evaluate()).toBe(false);
    expect((await alerts()).map(({ subject }) => subject)).toEqual(['a']);
    await slow.close();
  });

  it('writes all of an evaluation or nothing', async () => {
    conditions = [job('a'), job('b')];
    await query(`create function refuse() returns trigger language plpgsql as $$
      begin raise exception 'refused'; end $$`);
    await query(`create trigger refuse before insert on alert_watch execute function refuse()`);
    await expect(one.evaluate()).rejects.toThrow('refused');
    expect(await alerts()).toEqual([]);
    await query('drop function refuse() cascade');
    await one.evaluate();
    expect(await alerts()).toHaveLength(2);
  });

  it('keeps what it knows of kinds that cannot be read', async () => {
    conditions = [job()];
    await one.evaluate();
    conditions = 'fails';
    await one.evaluate();
    await one.evaluate();
    expect((await alerts())[0]?.resolved_at).toBeNull();
    conditions = [];
    await one.evaluate();
    expect((await alerts())[0]?.resolved_at).not.toBeNull();
  });

  it('tells the routes that want it, and those of the end', async () => {
    await route('all');
    await route('critical only', { severity: 'critical' });
    await route('gaps', { kinds: ['gap'] });
    await route('jobs', { kinds: ['job', 'node'] });
    await route('off', { on: false });
    conditions = [job()];
    await one.evaluate();
    expect((await notices()).map(({ name }) => name)).toEqual(['all', 'jobs']);
    await query(`update alert_notice set state = 'sent' where true`);
    // A route that was made meanwhile is not told of an end without a beginning.
    await route('new');
    conditions = [];
    await one.evaluate();
    expect(
      (await notices()).map(({ name, transition, state }) => [name, transition, state]),
    ).toEqual([
      ['all', 'opened', 'sent'],
      ['all', 'resolved', 'waiting'],
      ['jobs', 'opened', 'sent'],
      ['jobs', 'resolved', 'waiting'],
    ]);
  });

  it('tells nobody of what is muted, its end neither', async () => {
    await route('all');
    await query(
      `insert into alert_mute values (1, gen_random_uuid(), 'job', null, null, now(), 'x')`,
    );
    conditions = [job(), job('of another account', { accountId: 2 })];
    await one.evaluate();
    expect((await query('select muted from alert order by account_id')).map((row) => row)).toEqual([
      { muted: true },
      { muted: false },
    ]);
    await query('delete from alert_mute');
    conditions = [];
    await one.evaluate();
    expect(await notices()).toEqual([]);
  });

  it('tells at the end of quiet hours what is still open, and nothing of what resolved', async () => {
    await route('all');
    await quiet('11:00', '13:00');
    one.clock.nowMs = Date.parse('2026-01-15T12:00:00Z');
    conditions = [job('short'), job('long')];
    await one.evaluate();
    expect((await notices()).map(({ due_at }) => due_at)).toEqual(
      [1, 2].map(() => new Date('2026-01-15T13:00:00Z')),
    );
    conditions = [job('long')];
    one.clock.aheadMs = HOUR_MS / 2;
    await one.evaluate();
    expect((await notices()).map(({ state }) => state).sort()).toEqual(['dropped', 'waiting']);
    // The one that was told before resolves in quiet hours: routes learn of it after them.
    await query(`update alert_notice set state = 'sent' where state = 'waiting'`);
    conditions = [];
    await one.evaluate();
    expect(await notices()).toContainEqual({
      ...{ name: 'all', transition: 'resolved', state: 'waiting' },
      due_at: new Date('2026-01-15T13:00:00Z'),
    });
  });

  it('deletes alerts 90 days after they resolved, and what an account has too much of', async () => {
    const fill = (count: number, resolvedAt: string, accountId = 1) =>
      query(
        `insert into alert (account_id, id, kind, severity, subject, value, threshold, facts, started_at, opened_at, resolved_at, muted)
        select $1, gen_random_uuid(), 'job', 'warning', 'old', 1, 1, '{}', now(), now(), ${resolvedAt}, false
        from generate_series(1, $2::integer)`,
        [accountId, count],
      );
    await fill(3, `now() - interval '91 days'`);
    await fill(10_003, `now() - interval '89 days'`, 2);
    await query(
      `insert into alert_notice select account_id, id, id, 'opened', 'sent', 1, now() from alert`,
    );
    conditions = [job('new', { accountId: 2 })];
    await one.evaluate();
    const count = async (table: string) =>
      (await query<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n;
    expect(await query('select account_id, count(*)::int as n from alert group by 1')).toEqual([
      { account_id: '2', n: 10_000 },
    ]);
    expect(Number(await count('alert_notice'))).toBeGreaterThanOrEqual(9_999);
  });

  it('drops the oldest messages of a route for which more than 1,000 wait, and says why', async () => {
    await route('dead');
    await route('other');
    await query(
      `insert into alert (account_id, id, kind, severity, subject, value, threshold, facts, started_at, opened_at, resolved_at, muted)
      select 1, lpad(to_hex(n), 32, '0')::uuid, 'job', 'warning', 'x', 1, 1, '{}', now(), now(), now(), false
      from generate_series(1, 1003) n`,
    );
    await query(
      `insert into alert_notice (account_id, alert_id, route_id, transition, state, attempts, due_at)
      select 1, a.id, r.id, 'opened', case when r.name = 'dead' then 'waiting' else 'sent' end, 1, now()
      from alert a, alert_route r`,
    );
    // The last one gets its end, too.
    await query(
      `insert into alert_notice (account_id, alert_id, route_id, transition, state, attempts, due_at)
      select 1, lpad(to_hex(1003), 32, '0')::uuid, id, 'resolved', 'waiting', 0, now()
      from alert_route where name = 'dead'`,
    );
    conditions = [job()];
    await one.evaluate();
    const dropped = await query(
      `select r.name, n.transition, ltrim(replace(n.alert_id::text, '-', ''), '0') as alert, n.error
      from alert_notice n join alert_route r on r.id = n.route_id where n.state = 'dropped' order by n.alert_id`,
    );
    const error = '1,000 newer messages waited for this route';
    const gone = ['1', '2', '3', '4', '5'].map((alert) => ({
      ...{ name: 'dead', transition: 'opened', alert, error },
    }));
    expect(dropped).toEqual(gone);
    const waiting = async () => {
      const rows = await query<{ n: number }>(
        `select count(*)::int as n from alert_notice n join alert_route r on r.id = n.route_id
        where n.state = 'waiting' and r.name = 'dead'`,
      );
      return rows[0]?.n;
    };
    expect(await waiting()).toBe(1_000);
    // Alerts are swept each minute; this holds from the evaluation on that adds some.
    conditions = Array.from({ length: 90 }, (_, n) => job(`more ${n}`));
    one.clock.aheadMs = 15 * SECOND_MS;
    await one.evaluate();
    const [open] = await query<{ n: number }>(
      `select count(*)::int as n from alert where resolved_at is null`,
    );
    expect(open?.n).toBe(90);
    expect(await waiting()).toBe(1_000);
    conditions = [];
    one.clock.aheadMs = 30 * SECOND_MS;
    await one.evaluate();
    expect(await waiting()).toBe(1_000);
  });

  it('deletes mutes that are over, and those of webhooks that are deleted', async () => {
    for (const [webhook, until] of [
      ['null', `now() - interval '1 second'`],
      ['gen_random_uuid()', 'null'],
      ['null', `now() + interval '1 day'`],
    ]) {
      await query(
        `insert into alert_mute values (1, gen_random_uuid(), 'job', ${webhook}, ${until}, now(), 'x')`,
      );
    }
    await one.evaluate();
    expect(await query('select 1 from alert_mute')).toHaveLength(1);
  });

  it('sweeps each minute, also when the clock of the database is set back', async () => {
    await one.evaluate();
    await query(
      `insert into alert_mute values (1, gen_random_uuid(), 'job', null, now() - interval '2 hours', now(), 'x')`,
    );
    one.clock.setBackMs = HOUR_MS;
    one.clock.aheadMs = MINUTE_MS / 2;
    await one.evaluate();
    expect(await query('select 1 from alert_mute')).toHaveLength(1);
    one.clock.aheadMs = 2 * MINUTE_MS;
    await one.evaluate();
    expect(await query('select 1 from alert_mute')).toEqual([]);
  });

  it('goes on with an open alert whose episode was lost, and tells nobody again', async () => {
    await route('on call');
    conditions = [job()];
    await one.evaluate();
    await query('delete from alert_watch');
    conditions = [job(), job('b')];
    await one.evaluate();
    const [first, second] = await alerts();
    expect([first?.subject, second?.subject]).toEqual(['a', 'b']);
    expect(await notices()).toHaveLength(2);
    expect(await query('select alert_id::text from alert_watch order by subject')).toEqual([
      { alert_id: first?.id },
      { alert_id: second?.id },
    ]);
    conditions = [];
    await one.evaluate();
    expect((await alerts()).map(({ resolved_at }) => resolved_at === null)).toEqual([false, false]);
  });

  it('resolves an open alert whose episode was lost when its subject is good', async () => {
    conditions = [job()];
    await one.evaluate();
    await query('delete from alert_watch');
    conditions = [];
    one.clock.aheadMs = MINUTE_MS;
    await one.evaluate();
    await one.evaluate();
    expect((await alerts())[0]?.resolved_at).not.toBeNull();
  });

  it('opens a bounded number at once', async () => {
    conditions = (['job', 'gap'] as const).flatMap((kind) =>
      Array.from({ length: 150 }, (_, n) => job(`${kind} ${n}`, { kind })),
    );
    conditions = [...conditions, ...conditions.map((each) => ({ ...each, accountId: 2 }))];
    await one.evaluate();
    expect(await alerts()).toHaveLength(200);
    one.clock.aheadMs = 15 * SECOND_MS;
    await one.evaluate();
    expect(await alerts()).toHaveLength(400);
    one.clock.aheadMs = DAY_MS;
    await one.evaluate();
    expect(await alerts()).toHaveLength(400);
  });
});
