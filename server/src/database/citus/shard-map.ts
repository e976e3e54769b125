import { groupBy } from '../../model/group-by.ts';
import { LANES } from '../../model/lanes.ts';
import { onShard } from './on-shard.ts';

/** A placement of a shard, of `pg_dist_placement`. */
export interface Placement {
  /** A table, or a partition of one. */
  readonly table: string;
  readonly shardId: number;
  /** Where its range of hashes begins; null for a reference table. */
  readonly from: number | null;
  /** The machine that has it: `host:port`. */
  readonly machine: string;
}

/** The shards that have the rows of some lanes: one of each distributed table, all on one machine. */
export interface Shard {
  readonly machine: string;
  /** That of `event`. Citus locks it, with all others of these lanes, while it moves them. */
  readonly anchor: number;
  /** What the tables are called on the machine. */
  readonly names: ReadonlyMap<string, string>;
}

/** The table by which lanes are assigned; all others are colocated with it. */
const FIRST = 'event';

/** Where the rows of each lane are, at a moment. */
export class ShardMap {
  readonly #shards: readonly Shard[];
  readonly #ofLane: readonly (number | undefined)[];

  /** @param shardIds The shard of `event` of each lane. */
  constructor(placements: readonly Placement[], shardIds: readonly number[]) {
    const copies = groupBy(placements, ({ shardId }) => shardId);
    // Of a shard that is kept on several machines, a statement on one of them would change one copy.
    const anchors = placements.filter(
      ({ shardId, table }) => table === FIRST && copies.get(shardId)?.length === 1,
    );
    this.#shards = anchors.map(({ from, machine, shardId }) => ({
      machine,
      anchor: shardId,
      names: new Map(
        placements
          .filter((one) => one.machine === machine && (one.from === null || one.from === from))
          .map((one) => [one.table, `${one.table}_${one.shardId}`]),
      ),
    }));
    this.#ofLane = Array.from({ length: LANES }, (_, lane) => {
      const place = anchors.findIndex(({ shardId }) => shardId === shardIds[lane]);
      return place === -1 ? undefined : place;
    });
  }

  get machines(): readonly string[] {
    return [...new Set(this.#shards.map(({ machine }) => machine))];
  }

  /** The number of the shard that has all these lanes; undefined if several have them, or without a lane. */
  of(lanes: Iterable<number>): number | undefined {
    let found: number | undefined;
    for (const lane of lanes) {
      const shard = this.#ofLane[lane];
      if (shard === undefined || (found !== undefined && shard !== found)) return undefined;
      found = shard;
    }
    return found;
  }

  shard(number: number): Shard {
    return this.#shards[number] as Shard;
  }

  /** The text of a statement on a shard's own tables; undefined if it names a day that has no partition there. */
  text(number: number, text: string): string | undefined {
    return onShard(text, this.shard(number).names);
  }
}
