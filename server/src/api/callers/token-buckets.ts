/** What a bucket says. */
export interface Taken {
  readonly allowed: boolean;
  /** Whole units that are left. */
  readonly remaining: number;
  /** Until there is one again; 0 while there are some. */
  readonly retryAfterSeconds: number;
  /** This is the first refusal since the bucket had something. */
  readonly firstRefusal: boolean;
}

interface Bucket {
  level: number;
  atMs: number;
  refusing: boolean;
}

interface Options {
  readonly perMinute: number;
  /** How much a bucket holds: what may come at once after a rest. */
  readonly burst: number;
  /** Buckets that are kept; past that the one that was used least recently is forgotten. */
  readonly capacity: number;
  /** Milliseconds that only ever go on. */
  readonly now?: () => number;
}

/**
 * A limit per key, in the memory of this node: each key has a bucket that begins full and is refilled
 * steadily. A bucket that is forgotten begins full again, so who has more addresses than are kept
 * gets around the limit; the memory does not grow.
 */
export class TokenBuckets {
  readonly #options: Required<Options>;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: Options) {
    this.#options = { now: () => performance.now(), ...options };
  }

  /** Takes one unit, or says when there is one. */
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
      // A map keeps the order of insertion: the first key is the one that was used least recently.
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
