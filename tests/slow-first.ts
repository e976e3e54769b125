import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { startingOrder } from './starting-order.ts';

/**
 * Starts slow files first. Without timings of an earlier run, Vitest starts the largest files first, and
 * the last minute and a half of a run was one small file that runs every scenario of the bench.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const places = new Map(
      startingOrder(sorted.map(({ moduleId }) => moduleId)).map((path, place) => [path, place]),
    );
    const place = ({ moduleId }: TestSpecification) => places.get(moduleId) ?? places.size;
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}
