import { groupBy } from '../model/group-by.ts';
import { type ShareUse, useOf } from '../shares/share-use.ts';
import { Shares } from '../shares/shares.ts';
import { GroupCommit, type GroupOptions } from './group-commit.ts';

type ShardName = number | string | undefined;

interface Options<Item, Result> extends GroupOptions<Item, Result> {
  /**
   * The shard of an item on a Citus cluster, or a name of what it needs; undefined if it belongs to several. Without
   * this function all items are of one.
   */
  readonly shardOf?: ((item: Item) => ShardName) | undefined;
}

/**
 * Groups that are committed together (`GroupCommit`), each of items of one shard: its statement then goes to
 * one machine of the cluster, and a machine that is down fails what is for it and nothing else. What belongs
 * to several shards has groups of its own. Shards share the room for what waits.
 *
 * Without shards it is one `GroupCommit`.
 */
export class ShardedCommits<Item, Result> {
  readonly #options: Options<Item, Result>;
  readonly #groups = new Map<ShardName, GroupCommit<Item, Result>>();
  readonly #items: Shares;
  readonly #bytes: Shares;

  constructor(options: Options<Item, Result>) {
    this.#options = options;
    this.#items = new Shares(options.mostItems ?? Number.MAX_SAFE_INTEGER);
    this.#bytes = new Shares(options.mostBytes ?? Number.MAX_SAFE_INTEGER);
  }

  /** What is taken of the room for items that wait, and for bytes. */
  use(): { readonly items: ShareUse; readonly bytes: ShareUse } {
    return { items: useOf(this.#items), bytes: useOf(this.#bytes) };
  }

  /** Whether an owner may add this, whatever its shards (`GroupCommit.hasRoom`). */
  hasRoom(ownerId: number, items: number, bytes: number): boolean {
    return this.#group(undefined).hasRoom(ownerId, items, bytes);
  }

  add(item: Item, ownerId = 0): Promise<Result> {
    return this.#group(this.#options.shardOf?.(item)).add(item, ownerId);
  }

  /** Adds items that wait for each other anyway (`GroupCommit.addAll`). */
  addAll(items: readonly Item[], ownerId = 0): Promise<(Result | Error)[]> {
    const { shardOf } = this.#options;
    return shardOf === undefined
      ? this.#group(undefined).addAll(items, ownerId)
      : this.#addByShard(items, ownerId, shardOf);
  }

  async #addByShard(
    items: readonly Item[],
    ownerId: number,
    shardOf: (item: Item) => ShardName,
  ): Promise<(Result | Error)[]> {
    const results: (Result | Error)[] = Array(items.length);
    const ofShards = groupBy(items.keys(), (place) => shardOf(items[place] as Item));
    await Promise.all(
      [...ofShards].map(async ([shard, places]) => {
        const group = this.#group(shard);
        const ofShard = places.map((place) => items[place] as Item);
        const settled = await group.addAll(ofShard, ownerId);
        places.forEach((place, index) => {
          results[place] = settled[index] as Result | Error;
        });
      }),
    );
    return results;
  }

  /** Resolves when all added items are written. */
  async drained(): Promise<void> {
    await Promise.all([...this.#groups.values()].map((group) => group.drained()));
  }

  #group(shard: ShardName): GroupCommit<Item, Result> {
    const known = this.#groups.get(shard);
    if (known !== undefined) return known;
    const made = new GroupCommit(this.#options, { items: this.#items, bytes: this.#bytes });
    this.#groups.set(shard, made);
    return made;
  }
}
