import {
  ForksPoolWorker,
  type PoolOptions,
  type PoolRunnerInitializer,
  type PoolTask,
  type WorkerRequest,
} from 'vitest/node';
import { needsOwnWorker } from './needs-own-worker.ts';

/**
 * A process that runs many test files, one after the other, and imports each module once. A process for
 * each of our 360 files imported a hundred modules 360 times: a sixth of what a run of all tests took.
 */
class SharedWorker extends ForksPoolWorker {
  override readonly name = NAME;
  #ownFile = false;

  override send(message: WorkerRequest): void {
    if (message.type === 'run' && isOwn(message.context)) this.#ownFile = true;
    super.send(message);
  }

  /** Asked before a process that has run something gets another file. */
  canReuse({ context }: PoolTask): boolean {
    return !this.#ownFile && !isOwn(context);
  }
}

const NAME = 'shared-workers';

const isOwn = ({ files }: PoolTask['context']): boolean =>
  files.some(({ filepath }) => needsOwnWorker(filepath));

/** Runs files in shared processes, and those that need it in one of their own. */
export const sharedWorkers: PoolRunnerInitializer = {
  name: NAME,
  createPoolWorker: (options: PoolOptions) => new SharedWorker(options),
};
