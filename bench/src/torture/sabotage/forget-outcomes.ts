/*
 * A node that forgets to record some of its first outcomes. For the test of the run itself, which has to
 * find the requests that are off the record, and that they are sent again without a fault.
 */
import { GroupCommit } from '@hooktrail/server/dist/database/group-commit.js';

/** Only of the first, so that the run ends: what is forgotten is sent again after 30 s. */
const FIRST = 200;
const EVERY = 10;

const add: (item: unknown) => Promise<unknown> = GroupCommit.prototype.add;
let outcomes = 0;

GroupCommit.prototype.add = function (item: unknown): Promise<unknown> {
  if (isOutcome(item) && ++outcomes <= FIRST && outcomes % EVERY === 0) {
    return Promise.resolve(undefined);
  }
  return add.call(this, item);
};

function isOutcome(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'attemptId' in item;
}

await import('@hooktrail/server/dist/main.js');
