/*
 * A node with one safety removed: it answers publishers before the commit. The test of the run
 * itself uses it: the run must find that events are lost.
 */
import { GroupCommit } from '@hooktrail/server/group-commit';
import { answerTo, type Submission } from '@hooktrail/server/write-submissions';

const add: (item: unknown) => Promise<unknown> = GroupCommit.prototype.add;
const addAll: (items: readonly unknown[]) => Promise<unknown[]> = GroupCommit.prototype.addAll;

GroupCommit.prototype.add = function (item: unknown): Promise<unknown> {
  const committed = add.call(this, item);
  if (!isSubmission(item)) return committed;
  committed.catch(() => undefined);
  return Promise.resolve(answerTo(item));
};

GroupCommit.prototype.addAll = function (items: readonly unknown[]): Promise<unknown[]> {
  const committed = addAll.call(this, items);
  if (!items.every(isSubmission)) return committed;
  return Promise.resolve(items.map(answerTo));
};

function isSubmission(item: unknown): item is Submission {
  return typeof item === 'object' && item !== null && 'publicId' in item;
}

await import('@hooktrail/server/main');
