/*
 * A node that forgets to record some outcomes. For the test of the run itself, which has to find the
 * requests that are off the record, and that they are sent again without a fault.
 */
import { GroupCommit } from '@hooktrail/server/group-commit';

/**
 * Which invocations: by id, so that all nodes choose the same. What one has forgotten amid the faults
 * comes to another when its lease is over, often after the last fault: what is forgotten then has no
 * fault to be laid at the door of. Few, so that most of what is sent is on the record.
 */
const CHOSEN = /[0G]$/;

/** Each only once in a process, so that the run ends. */
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
