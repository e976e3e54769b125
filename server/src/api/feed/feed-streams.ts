import type { ServerResponse } from 'node:http';
import type { Room } from '../../config/share-room.ts';
import type { Feed, FeedStart } from '../../feed/feed-hub.ts';
import type { FeedSeal } from '../../feed/feed-seal.ts';
import type { Clock } from '../../model/clock.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import type { CompiledQuery } from '../../query/compile-query.ts';
import { createMatcher } from '../../query/create-matcher.ts';
import { Shares } from '../../shares/shares.ts';
import { ApiError } from '../errors/api-error.ts';
import { FeedGroup } from './feed-group.ts';
import { FeedStream } from './feed-stream.ts';

interface Parts {
  readonly clock: Clock;
  readonly feed: Feed;
  /** Hears how many events a reader was too slow for. */
  readonly onSkip: (events: number) => void;
  readonly seal: FeedSeal;
  /** Connections to the API at once. Readers get half of them at most, since each holds one. */
  readonly connections: number;
  readonly room: Pick<Room, 'feedBytes' | 'feedReaders'>;
  /** Increases with each change of tokens and accounts. */
  readonly tokensVersion: () => number;
}

/** Somebody who wants to follow the feed. */
interface Follower {
  readonly accountId: number;
  readonly query: CompiledQuery;
  readonly start: FeedStart;
  readonly response: ServerResponse;
  /** Sends the head of the answer. */
  readonly sendHead: () => void;
  /** Why the caller may not follow any more; undefined while it may. */
  readonly refusal: () => string | undefined;
}

/** Proxies close connections that are silent for a minute or less. */
const HEARTBEAT_MS = 15 * SECOND_MS;

const RETRY_MS = SECOND_MS;

/** Readers of a node that stops come back over this time, not all at once. */
const SPREAD_MS = 4 * SECOND_MS;

/** What asks for a time relative to now means another time for each caller. */
const TIMES: ReadonlySet<string> = new Set(['since', 'until', 'created', 'completed']);

/** All answers of this node to those who follow the feed: how many there may be, and when they end. */
export class FeedStreams {
  readonly #parts: Parts;
  readonly #readers: Shares;
  readonly #bytes: Shares;
  readonly #groups = new Map<string, FeedGroup>();
  readonly #open = new Map<FeedStream, Follower['refusal']>();
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  #tokensVersion = -1;
  #isStopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { connections, room } = parts;
    this.#bytes = new Shares(room.feedBytes);
    this.#readers = new Shares(Math.min(room.feedReaders, Math.floor(connections / 2)));
  }

  /**
   * Answers with the feed; resolves when the answer has begun.
   *
   * @throws ApiError `TooManyRequests`; Unavailable while the database is not there.
   */
  async open(follower: Follower): Promise<void> {
    const { accountId, query, refusal, response, sendHead, start } = follower;
    const { feed } = this.#parts;
    if (this.#isStopped) {
      throw new ApiError('Unavailable', 'this node is stopping', {
        headers: { 'retry-after': '1' },
      });
    }
    if (!this.#readers.tryTake(accountId, 1)) {
      throw new ApiError(
        'TooManyRequests',
        'this account follows the feed as often as it may on this node',
        { headers: { 'retry-after': '5' } },
      );
    }
    const [key, group] = this.#groupOf(accountId, query);
    group.readers++;
    const stream = new FeedStream({
      accountId,
      bytes: this.#bytes,
      group,
      response,
      onRoom: () => feed.wake(),
      onSkip: this.#parts.onSkip,
    });
    const leave = () => {
      feed.leave(stream);
      this.#open.delete(stream);
      this.#readers.giveBack(accountId, 1);
      if (--group.readers === 0) this.#groups.delete(key);
      if (this.#open.size === 0) clearInterval(this.#timer);
    };
    try {
      const { gap, place } = await feed.join(stream, start);
      // The caller may have been refused meanwhile: ticks ask only the streams that are open.
      if (response.destroyed || this.#isStopped || refusal() !== undefined) throw new Gone();
      sendHead();
      stream.begin(place, gap, RETRY_MS);
    } catch (error) {
      leave();
      if (error instanceof Gone) return void response.destroy();
      throw error;
    }
    response.once('close', leave);
    if (this.#open.size === 0) {
      this.#timer = setInterval(() => this.#tick(), SECOND_MS);
    }
    this.#open.set(stream, refusal);
  }

  /** Ends all streams, so that their readers go to another node. */
  stop(): void {
    this.#isStopped = true;
    for (const stream of this.#open.keys()) {
      stream.end('this node is stopping', Math.round(RETRY_MS + Math.random() * SPREAD_MS));
    }
  }

  #groupOf(accountId: number, { query }: CompiledQuery): [string, FeedGroup] {
    const { clock, seal } = this.#parts;
    const nowMs = clock.now();
    const atMs = query.some(({ field }) => TIMES.has(field)) ? nowMs : 0;
    const key = JSON.stringify([accountId, query, atMs]);
    let group = this.#groups.get(key);
    if (group === undefined) {
      const matches = createMatcher(query, nowMs);
      group = new FeedGroup({ accountId, matches, now: () => clock.now(), seal });
      this.#groups.set(key, group);
    }
    return [key, group];
  }

  #tick(): void {
    const { feed, tokensVersion } = this.#parts;
    const version = tokensVersion();
    if (version !== this.#tokensVersion) {
      this.#tokensVersion = version;
      for (const [stream, refusal] of this.#open) {
        const why = refusal();
        if (why !== undefined) stream.end(why, RETRY_MS);
      }
    }
    if (++this.#ticks % (HEARTBEAT_MS / SECOND_MS) !== 0) return;
    for (const stream of this.#open.keys()) stream.beat(feed.placeOf(stream));
  }
}

/** The caller has gone or may not follow any more, or the node stops. */
class Gone extends Error {}
