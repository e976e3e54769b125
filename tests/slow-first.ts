import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { needsOwnWorker } from './needs-own-worker.ts';

/** Files that take half a minute or more, because they start many processes or wait for leases. */
const SLOW =
  /\/(?:bench|torture)\/src\/|\/faults\/|\/(?:acts|archived-search|command|console|embedded-postgres|killed-node|partitions|plans|process|refused-starts|search-text|signals)\.test\.ts$/;

/**
 * Starts slow files first. Without timings of an earlier run, Vitest starts the largest files first, and
 * the last minute and a half of a run was one small file that runs every scenario of the bench.
 *
 * Files that share a process come last, in a row: one of them goes on in the process of another only if it
 * is next.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) =>
      SLOW.test(moduleId) ? 0 : needsOwnWorker(moduleId) ? 1 : 2;
    const ranks = new Map(sorted.map((file) => [file, rank(file)]));
    return [0, 1, 2].flatMap((wanted) => sorted.filter((file) => ranks.get(file) === wanted));
  }
}
