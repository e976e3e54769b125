import { laneOfKey } from '../accept/lane-of-key.ts';
import { firstIdAt, newId, uuidFromId } from '../model/ids.ts';
import { LANES, laneOf } from '../model/lanes.ts';
import { DAY_MS, HOUR_MS } from '../model/time-units.ts';
import { insertKeyedEvents, type KeyedEvent } from '../sql/insert-events.ts';
import { testCluster } from './test-cluster.ts';
import { createTestTrail, storeInvocations, type TestTrail, webhooksOfLane } from './test-trail.ts';

/** The lane of all invocations of a filled trail. */
export const LANE = 7;

/** How many days of a filled trail have rows. */
export const DAYS = 6;

/** The number of partitions of each table: one day before and one day after are empty. */
export const PARTITIONS = DAYS + 2;

/** The months of the archive that a filled trail may have: two before its first day's, and the next. */
export const ARCHIVE_PARTITIONS = 3;

/** The present of a filled trail. */
export const NOW_MS = Date.now();

const PER_DAY = 400;

/** A source of a filled trail. */
export const SOURCE_ID = firstIdAt(NOW_MS - DAY_MS);

const ARCHIVING = [
  `with a as (insert into account (id, name) values (1, 'main') on conflict do nothing)
  insert into source (id, account_id, name) values ('${uuidFromId(SOURCE_ID)}', 1, 'filled')`,
  `insert into archive_event (account_id, lane, id, source_id, type, body)
  select account_id, lane, id, gen_random_uuid(), type, body from event`,
  `insert into archive_invocation (
    latest_at, attempts_count, outcomes_count, status, lane, status_code, id, webhook_id, event_id, event_type
  )
  select latest_at, attempts_count, attempts_count, status, lane, status_code, id, webhook_id, event_id,
    event_type
  from invocation`,
  `insert into archive_attempt (
    completed_at, number, status, lane, sent, webhook_id, invocation_id, id, request_headers
  )
  select a.recorded_at, a.number, a.status, a.lane, true, i.webhook_id, a.invocation_id, a.id,
    a.request_headers
  from attempt a join invocation i on i.lane = a.lane and i.id = a.invocation_id`,
];

/** A trail that is large enough to show when a statement reads too much. */
export interface FilledTrail {
  readonly trail: TestTrail;
  /** One webhook with many due rows, and neighbours with a few, all in one lane. */
  readonly crowded: string;
  readonly neighbours: readonly string[];
  /** Invocations of the first neighbour, and their events: one a day, today first. */
  readonly few: readonly { readonly id: string; readonly eventId: string; readonly atMs: number }[];
}

/** Statistics that PostgreSQL gathers by itself, once a minute, would make plans of some tables others than of the rest. */
export const WITHOUT_AUTOVACUUM = `do $$
declare named text;
begin
  for named in
    select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
  loop
    execute format('alter table %s set (autovacuum_enabled = false)', named);
  end loop;
end $$`;

/** Makes and fills the database of a test file. */
export async function createFilledTrail(): Promise<FilledTrail> {
  const trail = await createTestTrail({ days: DAYS });
  // Citus refuses it, and no plans are tested there.
  if (!testCluster.isCitus) await trail.sql(WITHOUT_AUTOVACUUM);
  const [crowded, ...neighbours] = webhooksOfLane(LANE, 6) as [string, ...string[]];
  const few: FilledTrail['few'][number][] = [];
  for (let ago = 0; ago < DAYS; ago++) {
    const atMs = NOW_MS - ago * DAY_MS;
    await storeInvocations(trail, { webhookId: crowded, count: PER_DAY, atMs });
    for (const webhookId of neighbours) await storeInvocations(trail, { webhookId, atMs });
    const [id] = (await storeInvocations(trail, {
      webhookId: neighbours[0] as string,
      atMs,
      dueInMs: HOUR_MS,
    })) as [string];
    few.push({ id, atMs, eventId: (await trail.invocation(id))['event_id'] });
  }
  // Some rows are final and have attempts.
  await trail.sql(
    `with final as (
      update invocation set due_at = null, status = 'success', attempts_count = 1
      where webhook_id = $1 and hashtext(id::text) % 4 = 0
      returning lane, id
    )
    insert into attempt (lane, invocation_id, number, id, status, duration_ms, request_headers)
    select lane, id, 1, id, 'success', 1, '[]' from final`,
    [uuidFromId(crowded)],
  );
  // The archive has the same rows, as of webhooks of a remote account.
  for (const text of ARCHIVING) await trail.sql(text);
  const keys = Array.from({ length: 10_000 }, (_, index) => keyedEvent(`key ${index}`));
  const nothing = { versions: [], events: [], invocations: [], leaseMs: 0 };
  await trail.database.run(insertKeyedEvents, { ...nothing, keys });
  await crowd(trail, Number(process.env['HOOKTRAIL_TEST_PLAN_ROWS'] ?? 0));
  await trail.sql(`update idempotency_key set created_at = now() - interval '2 days'
    where key like 'key 1%'`);
  return { trail, crowded, neighbours, few };
}

/** An idempotency key of account 1. */
export function keyedEvent(key: string): KeyedEvent {
  return {
    lane: laneOfKey(1, key),
    accountId: 1,
    key,
    fingerprint: Buffer.from([1]),
    answer: '{}',
    eventId: newId(NOW_MS),
  };
}

const CROWD_AT_ONCE = 200_000;
const CROWD_WEBHOOKS = 1_000;

/**
 * Adds so many invocations of 1,000 other webhooks, of all lanes, with an event each, to the days of the
 * trail: finished, each thousandth without a success.
 */
export async function crowd(trail: TestTrail, count: number): Promise<void> {
  const webhookIds = Array.from({ length: CROWD_WEBHOOKS }, () => newId(NOW_MS));
  for (let done = 0; done < count; done += CROWD_AT_ONCE) {
    await trail.sql(
      `with made as materialized (
        select
          n, 1 + n % ${CROWD_WEBHOOKS} as at,
          (lpad(to_hex($1::bigint - (n * $2::float8)::bigint), 12, '0') || substr(md5('crowd' || n), 1, 20))::uuid as id,
          to_timestamp(($1::bigint - (n * $2::float8)::bigint) / 1000.0) as created_at
        from generate_series($3::bigint, $4::bigint - 1) as n
      ),
      events as (
        insert into event (account_id, lane, id, type, body)
        select 1, n % ${LANES}, id, 'order.paid', '{}' from made
      )
      insert into invocation (
        lane, id, webhook_id, event_id, event_type, status, attempts_count, latest_at, delivered
      )
      select
        ($6::smallint[])[at], id, ($5::uuid[])[at], id, 'order.paid',
        case when n % 1000 = 0 then 'failed' else 'success' end::delivery_status, 1, created_at, n % 1000 > 0
      from made`,
      [
        NOW_MS,
        ((DAYS - 1) * DAY_MS) / count,
        done,
        Math.min(count, done + CROWD_AT_ONCE),
        webhookIds.map(uuidFromId),
        webhookIds.map(laneOf),
      ],
    );
  }
}
