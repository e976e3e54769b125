import type { Runner } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import { groupBy } from '../../model/group-by.ts';
import { firstIdAt, idTimeMs } from '../../model/ids.ts';
import { laneOfAccount } from '../../model/lane-of-account.ts';
import { laneOf } from '../../model/lanes.ts';
import { DAY_MS } from '../../model/time-units.ts';
import { eraseAttempts } from '../../sql/erase-attempts.ts';
import { eraseEvents } from '../../sql/erase-events.ts';
import { type ErasedInvocation, eraseInvocations } from '../../sql/erase-invocations.ts';
import { eraseKeys } from '../../sql/erase-keys.ts';
import { markStaleFilters } from '../../sql/mark-stale-filters.ts';
import { inFamily } from '../../sql/parts/in-family.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import { readEraseItems } from '../../sql/read-erase-items.ts';
import { type SettledErasure, settleEraseItems } from '../../sql/settle-erase-items.ts';
import { forgetWanted } from '../../sql/want-archived-bodies.ts';
import type { HeldJob } from '../held/held-job.ts';
import { withSkips } from '../replay/replay-progress.ts';
import type { EraseProgress } from './erase-progress.ts';
import { type Erasable, readErasable } from './read-erasable.ts';

interface Parts {
  readonly directory: Directory;
}

/** Items of one transaction, and their invocations; one event with more is a transaction of its own. */
const ITEMS = 50;
const INVOCATIONS = 200;

/** Rows of the index of keys move while they are sorted: they are found by then. */
const MOST_LOOKS = 100;

/** What another transaction made due since it was read. */
class BecameDue extends Error {
  readonly invocation: ErasedInvocation;

  constructor(invocation: ErasedInvocation) {
    super('it is due by now');
    this.invocation = invocation;
  }
}

/** Erases the next items of a job, in one transaction with its progress. Resolves to whether there were any. */
export async function eraseBatch({ directory }: Parts, job: HeldJob): Promise<boolean> {
  const { accountId, database } = job;
  const items = await database.run(readEraseItems, { jobId: job.id, limit: ITEMS });
  let batch: Erasable[] = [];
  let invocations = 0;
  for (const item of items) {
    const erasable = await readErasable({ database, directory }, accountId, item);
    invocations += erasable.invocations.length;
    // Reading takes a quarter of a second for an event of an account with 10,000 webhooks, and moves nothing.
    if (batch.length > 0 && (invocations > INVOCATIONS || job.needsRenewal)) break;
    batch.push(erasable);
  }
  if (batch.length === 0) return false;
  for (;;) {
    try {
      await write(job, batch);
      return true;
    } catch (error) {
      if (!(error instanceof BecameDue)) throw error;
      const { id, webhookId } = error.invocation;
      batch = batch.map((one) =>
        one.invocations.some((each) => each.id === id && each.webhookId === webhookId)
          ? { ...one, skip: 'waiting' }
          : one,
      );
    }
  }
}

function write(job: HeldJob, batch: readonly Erasable[]): Promise<void> {
  const erased = batch.filter(({ skip }) => skip === undefined);
  return job.moveBy(async (runner) => {
    let attempts = 0;
    // Ours are the last: between the marks of their filters and the commit is little time.
    for (const family of ['archived', 'local'] as const) {
      const some = erased.filter(({ item }) => item.archived === (family === 'archived'));
      if (some.length > 0) attempts += await eraseFamily(runner, job.accountId, family, some);
    }
    const settled = batch.map(
      ({ item, publicId, skip }): SettledErasure => ({
        webhookId: item.webhook_id,
        id: item.id,
        state: skip === undefined ? 'erased' : 'skipped',
        reason: skip ?? null,
        publicId: skip === undefined ? publicId : null,
      }),
    );
    await runner.run(settleEraseItems, { jobId: job.id, items: settled });
    const progress = job.row.progress as EraseProgress;
    const times = erased.map(({ item }) => idTimeMs(item.id));
    const next: EraseProgress = {
      ...progress,
      erased: progress.erased + erased.length,
      invocations:
        progress.invocations + erased.reduce((sum, one) => sum + one.invocations.length, 0),
      attempts: progress.attempts + attempts,
      skipped: withSkips(
        progress,
        batch.flatMap(({ skip }) => (skip === undefined ? [] : [skip])),
      ),
      newestMs: times.length === 0 ? progress.newestMs : Math.max(progress.newestMs ?? 0, ...times),
    };
    return { progress: next };
  });
}

/** Erases events and their invocations, lane by lane, in the order of lanes: two jobs lock them in one order. */
async function eraseFamily(
  runner: Runner,
  accountId: number,
  family: Family,
  some: readonly Erasable[],
): Promise<number> {
  const invocations = some.flatMap((one) => one.invocations);
  const events = new Set(some.filter(({ isEvent }) => isEvent).map(({ item }) => item.id));
  const moments = [...events].map(idTimeMs);
  let attempts = 0;
  for (const [lane, ofLane] of byLane(invocations, ({ webhookId }) => laneOf(webhookId))) {
    const params = { lane, invocations: ofLane };
    const rows = await runner.run(inFamily(eraseInvocations, family), params);
    const marked = new Set(rows.map(({ id, webhook_id: webhookId }) => `${webhookId} ${id}`));
    // Also an event whose body was archived since its invocation was selected without one.
    for (const { event_id: id } of rows) if (id !== null) events.add(id);
    const missed = ofLane.find(({ id, webhookId }) => !marked.has(`${webhookId} ${id}`));
    if (missed !== undefined) throw new BecameDue(missed);
    const [row] = await runner.run(inFamily(eraseAttempts, family), params);
    attempts += row?.attempts ?? 0;
    moments.push(...ofLane.map(({ id }) => idTimeMs(id)), ...(row?.recorded_ms ?? []));
    if (family === 'archived') {
      for (const { id, webhookId } of ofLane) {
        await runner.run(forgetWanted, { lane, webhookId, invocationIds: [id] });
      }
    }
  }
  for (const [lane, ids] of byLane([...events], laneOf)) {
    await runner.run(inFamily(eraseEvents, family), { lane, accountId, ids });
  }
  // What is archived has neither keys nor filters.
  if (family === 'archived') return attempts;
  await forgetKeys(runner, accountId, some);
  await runner.run(markStaleFilters, [...new Set(moments)]);
  return attempts;
}

async function forgetKeys(
  runner: Runner,
  accountId: number,
  some: readonly Erasable[],
): Promise<void> {
  const nodes = [...new Set(some.flatMap((one) => one.nodes))];
  if (nodes.length === 0) return;
  const ids = some.map(({ item }) => item.id).sort();
  const params = {
    lane: laneOfAccount(accountId),
    ids,
    firstId: ids[0] as string,
    lastId: ids.at(-1) as string,
    beforeId: firstIdAt((Math.floor(idTimeMs(ids.at(-1) as string) / DAY_MS) + 1) * DAY_MS),
    nodes,
  };
  for (let look = 0; look < MOST_LOOKS; look++) {
    const [row] = await runner.run(eraseKeys, params);
    if ((row?.found ?? 0) === 0) return;
  }
  throw new Error('the index of keys still has erased events');
}

const byLane = <Item>(
  items: readonly Item[],
  laneOfItem: (item: Item) => number,
): readonly (readonly [number, readonly Item[]])[] =>
  [...groupBy(items, laneOfItem)].sort(([one], [other]) => one - other);
