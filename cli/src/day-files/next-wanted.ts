import type { ArchiveFolder } from './archive-folder.ts';
import { QUEUES, type Queued, type WantedBodies } from './bodies-queue.ts';

/** What is read at a time. */
const MOST_AHEAD = 100;

/** The next entries of the queues. */
export async function nextWanted(folder: ArchiveFolder): Promise<Queued[]> {
  for (const file of QUEUES) {
    const found: Queued[] = [];
    let at = folder.state.fetched[file] ?? 0;
    for await (const line of folder.lines(file, at)) {
      at += Buffer.byteLength(line) + 1;
      found.push({ file, wanted: JSON.parse(line) as WantedBodies, nextByte: at });
      if (found.length === MOST_AHEAD) break;
    }
    if (found.length > 0) return found;
  }
  return [];
}
