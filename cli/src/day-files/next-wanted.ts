import type { ArchiveFolder } from './archive-folder.ts';
import { QUEUES, type Queued, type WantedBodies } from './bodies-queue.ts';

/** What is read at a time. */
const MOST_AHEAD = 100;

/** The entries of the queues, those of failures first. Each must be taken off; what is put back is not among them. */
export async function* nextWanted(folder: ArchiveFolder): AsyncGenerator<Queued, void, undefined> {
  for (const file of QUEUES) {
    const endByte = folder.lengthOf(file);
    for (let found = await readAhead(folder, file); ; found = await readAhead(folder, file)) {
      const queued = found.filter(({ nextByte }) => nextByte <= endByte);
      if (queued.length === 0) break;
      yield* queued;
    }
  }
}

async function readAhead(folder: ArchiveFolder, file: string): Promise<Queued[]> {
  const found: Queued[] = [];
  let at = folder.state.fetched[file] ?? 0;
  for await (const line of folder.lines(file, at)) {
    at += Buffer.byteLength(line) + 1;
    found.push({ file, wanted: JSON.parse(line) as WantedBodies, nextByte: at });
    if (found.length === MOST_AHEAD) break;
  }
  return found;
}
