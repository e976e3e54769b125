import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Runner } from '../database/database.ts';
import type { Directory } from '../directory/directory.ts';
import type { Clock } from '../model/clock.ts';
import { groupBy } from '../model/group-by.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../model/time-units.ts';
import { Unavailable } from '../model/unavailable.ts';
import { Turns } from '../shares/turns.ts';
import { commonPlace } from './common-place.ts';
import { completePlace } from './complete-place.ts';
import type { BegunDelta, FeedItem } from './feed-item.ts';
import { FeedLoader } from './feed-loader.ts';
import type { FeedPlace } from './feed-place.ts';
import type { FeedCursor } from './feed-seal.ts';
import { hasDelta } from './has-delta.ts';
import { isBehind } from './is-behind.ts';
import { type FeedStep, LiveDeltas } from './live-deltas.ts';
import { lookWaitMs } from './look-wait-ms.ts';
import { ownOf } from './own-of.ts';
import { placeSince } from './place-since.ts';
import { readPast } from './read-past.ts';
import { unitePlaces } from './unite-places.ts';

interface Parts {
  /** Whether the tables are distributed over a Citus cluster; they are not by default. */
  readonly citus?: boolean;
  readonly clock: Clock;
  /** Of its own: lists wait for nobody who follows, and nobody who follows waits for lists. */
  readonly database: Runner;
  readonly directory: Directory;
  /** Whether the machine has no processor left; it always has one by default. */
  readonly isFull?: () => boolean;
  readonly log: Logger;
}

/** Somebody who follows the feed. */
export interface FeedReader {
  readonly accountId: number;
  /** Whether it can take more of the past now; what is new it takes, or skips, in any case. */
  readonly hasRoom: boolean;
  /** Does beforehand what takes long about a list that it is about to get; undefined: there is nothing to do. */
  prepare?(items: readonly FeedItem[]): Promise<void> | undefined;
  /** Gets what happened in its account, in order. Readers of an account get the same list. */
  take(items: readonly FeedItem[], isPast: boolean): void;
}

/** Where a reader begins: now, at a time, or at a place. */
export type FeedStart = 'now' | { readonly sinceMs: number } | FeedCursor;

/** A span that a reader has missed. */
export interface FeedGap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where a reader was added, and what it has missed by then. */
export interface FeedBegin {
  /** Everything after it is told; undefined where that begins in the middle of a delta. */
  readonly place: FeedPlace | undefined;
  readonly gap?: FeedGap;
}

/** What the API needs of the hub. */
export type Feed = Pick<FeedHub, 'join' | 'leave' | 'placeOf' | 'wake'>;

/** How long a place is valid. Deltas are kept for a little longer. */
export const VALID_MS = DAY_MS;

/**
 * Without anything new the wait doubles up to this: an open console may cost one small statement each two
 * seconds, and its list of invocations asks for some counts beside the feed. What this node writes ends the wait, so
 * only what other nodes write is told that much later.
 */
const IDLE_WAIT_MS = 2.5 * SECOND_MS;
/** Between two tries while the database is away. */
const FAILED_WAIT_MS = SECOND_MS;

/** Readers whose places are no farther apart read the past together. */
const TOGETHER_MS = MINUTE_MS;

/**
 * Readers that are told something in one turn of the event loop, and what they are told together. 150 items, what
 * 1,000 events a second have in a lap of 50 ms, take the kernel 0.2 ms for each reader, and deliveries wait for
 * the turn to end.
 */
const READERS_A_TURN = 4;
const ITEMS_A_TURN = 600;

interface Following {
  readonly reader: FeedReader;
  place: FeedPlace;
  begun: readonly BegunDelta[];
}

/**
 * Reads the database for everybody who follows the feed on this node. Without readers it does nothing.
 *
 * A reader is at the end of the stream, or behind it: it has just come, or could not take more. In each
 * lap the hub looks once what is new, for all readers at the end, and reads one part of the past, for one
 * reader that is behind and all that are near it. So a thousand readers that reconnect at one time cost
 * what one does, and whoever reads a day of the past delays nobody.
 *
 * Each reader has its place, and gets nothing that is before it: what was read for one is told to another
 * only if that one does not have it.
 */
export class FeedHub {
  readonly #parts: Parts;
  readonly #live: LiveDeltas;
  readonly #loader: FeedLoader;
  /** Those that are behind take turns: the first leads the next lap. */
  readonly #readers = new Map<FeedReader, Following>();
  /** To find a place takes some 20 small statements of each writer. */
  readonly #turns = new Turns(1);
  #running: Promise<void> | undefined;
  #starting: Promise<void> | undefined;
  #isStarted = false;
  #waiting = 0;
  #onWake: (() => void) | undefined;
  #isWoken = false;
  #isStopped = false;
  #isTelling = false;
  /** How much the last look told, and when it was. */
  #newItems = 0;
  #lookedAtMs = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#live = new LiveDeltas(parts);
    this.#loader = new FeedLoader(parts);
  }

  /**
   * Adds a reader, and resolves when its place is known: it gets everything after it.
   *
   * @throws Unavailable while the database is not there.
   */
  async join(reader: FeedReader, start: FeedStart): Promise<FeedBegin> {
    this.#waiting++;
    try {
      if (!this.#isStarted) await this.#start();
      if (this.#isStopped) throw new Unavailable('this node is stopping', 1);
      if (start === 'now') {
        const { place } = this.#live;
        this.#add({ reader, place, begun: [] });
        return { place };
      }
      await new Promise<void>((resolve) => this.#turns.enter(reader.accountId, resolve));
      try {
        return await this.#joinBehind(reader, start);
      } finally {
        this.#turns.leave(reader.accountId);
      }
    } finally {
      this.#waiting--;
      if (this.#isUnused() && this.#running === undefined) this.#isStarted = false;
    }
  }

  /** Removes a reader. It gets nothing more. */
  leave(reader: FeedReader): void {
    this.#readers.delete(reader);
    if (this.#isUnused()) this.wake();
  }

  /** How many follow the feed on this node. */
  get readers(): number {
    return this.#readers.size;
  }

  /** The place after everything that a reader was told; undefined while it is being told something. */
  placeOf(reader: FeedReader): FeedPlace | undefined {
    const following = this.#readers.get(reader);
    // A part of a delta is not in a place.
    return this.#isTelling || following?.begun.length !== 0 ? undefined : following.place;
  }

  /** Something was written, or a reader has room again: looks at once, unless it has just looked. */
  wake(): void {
    this.#isWoken = true;
    this.#onWake?.();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#readers.clear();
    this.wake();
    await this.#running;
  }

  async #joinBehind(reader: FeedReader, start: Exclude<FeedStart, 'now'>): Promise<FeedBegin> {
    const { clock, database } = this.#parts;
    const live = this.#live.place;
    const oldestMs = clock.now() - VALID_MS;
    if ('place' in start && start.place.atMs >= oldestMs) {
      const place = await completePlace(database, start.place, live);
      this.#add({ reader, place, begun: start.begun });
      return { place: start.begun.length === 0 ? place : undefined };
    }
    const sinceMs = 'place' in start ? oldestMs : start.sinceMs;
    const place = await placeSince(database, sinceMs, live);
    this.#add({ reader, place, begun: [] });
    return 'place' in start
      ? { place, gap: { fromMs: start.place.atMs, toMs: sinceMs } }
      : { place };
  }

  #isUnused(): boolean {
    return this.#readers.size === 0 && this.#waiting === 0;
  }

  #start(): Promise<void> {
    this.#starting ??= this.#live
      .start()
      .then(() => {
        this.#isStarted = true;
      })
      .finally(() => {
        this.#starting = undefined;
      });
    return this.#starting;
  }

  #add(following: Following): void {
    this.#readers.set(following.reader, following);
    this.#running ??= this.#run();
    this.wake();
  }

  async #run(): Promise<void> {
    const { log } = this.#parts;
    let waitMs = 0;
    let isFailing = false;
    while (!this.#isUnused() && !this.#isStopped) {
      const startedMs = performance.now();
      let leastMs: number;
      try {
        const look = await this.#tellNew();
        leastMs = this.#leastWaitMs();
        const hasPast = await this.#tellPast();
        isFailing = false;
        waitMs =
          look.isNew || hasPast ? leastMs : Math.min(IDLE_WAIT_MS, Math.max(leastMs, 2 * waitMs));
        // The past may be long: reading it takes half of the time at most.
        if (hasPast) leastMs = Math.min(waitMs, performance.now() - startedMs);
        if (look.hasMore) leastMs = 0;
        if (hasPast || look.hasMore) waitMs = leastMs;
      } catch (error) {
        if (!isFailing) log.warn({ err: error }, 'the feed cannot read; trying again each second');
        isFailing = true;
        waitMs = FAILED_WAIT_MS;
        leastMs = FAILED_WAIT_MS;
      }
      await this.#wait(waitMs, leastMs);
    }
    this.#isStarted = false;
    this.#running = undefined;
  }

  /** How long the hub waits at least after the look that it was just in. */
  #leastWaitMs(): number {
    const nowMs = performance.now();
    const spanMs = nowMs - this.#lookedAtMs;
    this.#lookedAtMs = nowMs;
    return lookWaitMs(this.#parts.isFull?.() === true, { items: this.#newItems, spanMs });
  }

  /** Waits for a time, or until somebody wakes it, but no less than the shorter time. */
  async #wait(ms: number, leastMs: number): Promise<void> {
    const startedMs = performance.now();
    await new Promise<void>((resolve) => {
      let timer = setTimeout(resolve, ms);
      this.#onWake = () => {
        const isOver = this.#isUnused() || this.#isStopped;
        const restMs = isOver ? 0 : Math.max(0, startedMs + leastMs - performance.now());
        clearTimeout(timer);
        timer = setTimeout(resolve, restMs);
      };
      if (this.#isWoken || this.#isUnused() || this.#isStopped) this.#onWake();
    });
    this.#onWake = undefined;
    this.#isWoken = false;
  }

  /** Tells what is new to those who are at the end of the stream. */
  async #tellNew(): Promise<{ readonly isNew: boolean; readonly hasMore: boolean }> {
    const known = this.#live.place;
    const present = this.#followers().filter(({ place }) => !isBehind(place, known));
    const { more, steps } = await this.#live.look();
    this.#newItems = 0;
    await this.#tell(present, steps, known, false);
    for (const following of present) this.#arrive(following, this.#live.place);
    return { isNew: steps.length > 0, hasMore: more };
  }

  /**
   * Tells a part of the past to a reader that is behind, and to those near it. Resolves to whether there
   * was one.
   */
  async #tellPast(): Promise<boolean> {
    const live = this.#live.place;
    const behind = this.#followers().filter(
      ({ place, reader }) => reader.hasRoom && isBehind(place, live),
    );
    const [leader] = behind;
    if (leader === undefined) return false;
    // Whoever leads a lap goes to the end of the line.
    this.#readers.delete(leader.reader);
    this.#readers.set(leader.reader, leader);
    const { atMs } = leader.place;
    const group = behind.filter(({ place }) => Math.abs(place.atMs - atMs) <= TOGETHER_MS);
    const from = group.map(({ place }) => place).reduce(commonPlace);
    const past = await readPast(this.#parts, from, live);
    const full = await this.#tell(group, past.steps, from, true);
    for (const following of group) if (!full.has(following)) this.#arrive(following, past.place);
    return true;
  }

  #followers(): Following[] {
    return [...this.#readers.values()];
  }

  /** Tells followers what they have not been told. Resolves to those who could take no more of the past. */
  async #tell(
    followers: readonly Following[],
    steps: readonly FeedStep[],
    from: FeedPlace,
    isPast: boolean,
  ): Promise<ReadonlySet<Following>> {
    const full = new Set<Following>();
    if (steps.length === 0 || followers.length === 0) return full;
    const accounts = new Set(followers.map(({ reader }) => reader.accountId));
    /** Those who have what is before this and nothing after it: they get the same lists. */
    const together = new Set(
      followers.filter(({ begun, place }) => place === from && begun.length === 0),
    );
    const told = new Map<Following, FeedItem>();
    this.#isTelling = true;
    try {
      for await (const items of this.#loader.load(steps, accounts)) {
        if (!isPast) this.#newItems += items.length;
        const byAccount = groupBy(items, ({ accountId }) => accountId);
        let readers = 0;
        let tellings = 0;
        for (const following of followers) {
          const { reader } = following;
          const list = byAccount.get(reader.accountId);
          if (list === undefined || full.has(following) || !this.#readers.has(reader)) continue;
          if (isPast && !reader.hasRoom) {
            full.add(following);
            continue;
          }
          const own = together.has(following) ? list : ownOf(following, list);
          if (own.length === 0) continue;
          const making = reader.prepare?.(own);
          if (making !== undefined) {
            await making;
            if (!this.#readers.has(reader)) continue;
          }
          reader.take(own, isPast);
          told.set(following, own.at(-1) as FeedItem);
          readers++;
          tellings += own.length;
          if (readers < READERS_A_TURN && tellings < ITEMS_A_TURN) continue;
          readers = 0;
          tellings = 0;
          await nextTurn();
        }
      }
    } catch (error) {
      for (const [following, item] of told) goOnAfter(following, item);
      throw error;
    } finally {
      this.#isTelling = false;
    }
    for (const following of full) {
      const item = told.get(following);
      if (item !== undefined) goOnAfter(following, item);
    }
    return full;
  }

  /** A reader has all that is before a place. */
  #arrive(following: Following, place: FeedPlace): void {
    const live = this.#live.place;
    const united = following.place === place ? place : unitePlaces(following.place, place);
    // Readers at the end share one object.
    following.place = isBehind(united, live) || isBehind(live, united) ? united : live;
    following.begun = following.begun.filter(
      ({ number, writer }) => !hasDelta(following.place, writer, number),
    );
  }
}

/** A reader was told this and nothing after it. */
function goOnAfter(following: Following, { done, mark }: FeedItem): void {
  const { before, begun, number, writer } = mark;
  following.place = unitePlaces(following.place, before);
  following.begun = [...begun, { writer, number, done }];
}
