/** Which rows a Citus cluster keeps together. */
export interface Shards {
  /** The number of the shard that has all these lanes; undefined if several have them, or without a lane. */
  of(lanes: Iterable<number>): number | undefined;
}
