import type { ArchiveFolder } from './archive-folder.ts';
import { QUEUES } from './bodies-queue.ts';

/** How many invocations still wait for their bodies. */
export async function countWanted(folder: ArchiveFolder): Promise<number> {
  let count = 0;
  for (const file of QUEUES) {
    const from = folder.state.fetched[file] ?? 0;
    for await (const _ of folder.lines(file, from)) count++;
  }
  return count;
}
