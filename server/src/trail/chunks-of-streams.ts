import { laneOf } from '../model/lanes.ts';
import type { Family } from '../sql/parts/trail-family.ts';

interface Chunked {
  readonly webhookId: string;
  readonly family: Family;
}

/** Parts of at most `size` streams, each of one family, and of one lane if it must be. */
export function chunksOfStreams<Chunk extends Chunked>(
  streams: readonly Chunk[],
  size: number,
  oneLane: boolean,
): Chunk[][] {
  const groups = new Map<string, Chunk[]>();
  for (const stream of streams) {
    const key = `${stream.family} ${oneLane ? laneOf(stream.webhookId) : ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [stream]);
    else group.push(stream);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / size) }, (_, index) =>
      group.slice(index * size, (index + 1) * size),
    ),
  );
}
