/** The answer of a bucket. */
export interface Taken {
  readonly allowed: boolean;
  /** Whole units left. */
  readonly remaining: number;
  /** Time until a unit is available; 0 while there is one. */
  readonly retryAfterSeconds: number;
  /** Whether this is the first refusal since the bucket ran empty. */
  readonly firstRefusal: boolean;
}

interface Bucket {
  level: number;
  atMs: number;
  refusing: boolean;
}

interface Options {
  readonly perMinute: number;
  /** Capacity of a bucket, in units: the burst allowed after a pause. */
  readonly burst: number;
  /** Maximum number of buckets; beyond it the least recently used one is evicted. */
  readonly capacity: number;
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * A rate limit per key, in the memory of this node. Each key has a bucket that starts full and
 * refills at a constant rate. An evicted bucket starts full again, so a client with more addresses
 * than `capacity` evades the limit: the price of bounded memory.
 */
export class TokenBuckets {
  readonly #options: Required<Options>;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: Options) {
    this.#options = { now: () => performance.now(), ...options };
  }

  /** Takes one unit, or says when the next one is available. */
  take(key: string): Taken {
    const { perMinute, burst, capacity, now } = this.#options;
    const nowMs = now();
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= capacity) {
        const [oldest] = this.#buckets.keys();
        this.#buckets.delete(oldest as string);
      }
      bucket = { level: burst, atMs: nowMs, refusing: false };
    } else {
      // Reinserting moves the key to the end, so the map's first key is the least recently used.
      this.#buckets.delete(key);
      const refilled = bucket.level + ((nowMs - bucket.atMs) * perMinute) / 60_000;
      bucket.level = Math.min(burst, refilled);
      bucket.atMs = nowMs;
    }
    this.#buckets.set(key, bucket);
    const allowed = bucket.level >= 1;
    const firstRefusal = !allowed && !bucket.refusing;
    if (allowed) bucket.level -= 1;
    bucket.refusing = !allowed;
    const missing = Math.max(0, 1 - bucket.level);
    return {
      allowed,
      remaining: Math.floor(bucket.level),
      retryAfterSeconds: Math.ceil((missing * 60) / perMinute),
      firstRefusal,
    };
  }

  get size(): number {
    return this.#buckets.size;
  }
}
