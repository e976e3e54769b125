/*
 * A node that forgets to record some outcomes. The test of the run itself uses it: the run must
 * find requests without an attempt, and that they are sent again without a fault.
 */
import { GroupCommit } from '@hooktrail/server/group-commit';

/**
 * Chooses invocations by id, so all nodes choose the same ones. What one node forgot during the
 * faults is claimed by another when its lease expires, often after the last fault: no fault excuses
 * what is forgotten then. One in 16, so most requests are on the record.
 */
const CHOSEN = /[0G]$/;

/** A process forgets each invocation once, or the run would not end. */
const forgotten = new Set<string>();

const add: (item: unknown) => Promise<unknown> = GroupCommit.prototype.add;

GroupCommit.prototype.add = function (item: unknown): Promise<unknown> {
  if (!isOutcome(item) || !CHOSEN.test(item.invocationId) || forgotten.has(item.invocationId)) {
    return add.call(this, item);
  }
  forgotten.add(item.invocationId);
  return Promise.resolve(undefined);
};

function isOutcome(item: unknown): item is { readonly invocationId: string } {
  return typeof item === 'object' && item !== null && 'attemptId' in item;
}

await import('@hooktrail/server/main');
