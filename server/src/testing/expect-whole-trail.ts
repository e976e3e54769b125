import { eventually } from '@hooktrail/harness/eventually';
import type { Receiver } from '@hooktrail/harness/receiver';
import { expect } from 'vitest';
import { idFromUuid } from '../model/ids.ts';
import { sql } from './test-node.ts';

interface Stored {
  readonly id: string;
  readonly status: string;
  readonly attempts_count: number;
  readonly numbers: number[] | null;
}

/** After a fault, an invocation may need the rest of a lease, a sweep and a retry. */
const PATIENCE_MS = 100_000;

/**
 * Waits until no work is left in a database that one test has to itself, and compares three
 * records: the invocations that publishers were named, the trail, and the requests that the
 * receiver saw. Resolves to the number of repeated requests.
 */
export async function expectWholeTrail(
  databaseUrl: string,
  receiver: Receiver,
  accepted: ReadonlyMap<string, string>,
): Promise<number> {
  await eventually(
    'all invocations to be final',
    async () => {
      const left = await sql(
        databaseUrl,
        'select from invocation where due_at is not null limit 1',
      );
      return left.length === 0;
    },
    { patienceMs: PATIENCE_MS },
  );

  const doubles = await sql(
    databaseUrl,
    `select body::json ->> 'id' as id from event group by 1 having count(*) > 1`,
  );
  expect(doubles, 'events that were stored twice').toEqual([]);

  const stored = await sql<Stored>(
    databaseUrl,
    `select i.id, i.status, i.attempts_count, array_agg(a.number order by a.number) as numbers
    from invocation i left join attempt a on a.lane = i.lane and a.invocation_id = i.id
    group by i.lane, i.id, i.status, i.attempts_count`,
  );
  const requests = new Map<string, number>();
  for (const { headers } of receiver.requests) {
    const id = String(headers['x-zendesk-webhook-invocation-id']);
    requests.set(id, (requests.get(id) ?? 0) + 1);
  }
  let repeated = 0;
  for (const { id: uuid, status, attempts_count, numbers } of stored) {
    const id = idFromUuid(uuid);
    const seen = requests.get(id) ?? 0;
    requests.delete(id);
    repeated += seen - 1;
    expect({ id, status, attempts_count, numbers }).toEqual({
      id,
      status: 'success',
      attempts_count: seen,
      numbers: Array.from({ length: seen }, (_, index) => index + 1),
    });
  }
  expect([...requests.keys()], 'requests of invocations that are not stored').toEqual([]);

  const ids = new Set(stored.map(({ id }) => idFromUuid(id)));
  const lost = [...accepted].filter(([, id]) => !ids.has(id));
  expect(lost, 'invocations that were accepted and are not stored').toEqual([]);
  return repeated;
}
