import { Unavailable } from '../model/unavailable.ts';
import { Activity } from '../shares/activity.ts';
import { type ShareUse, useOf } from '../shares/share-use.ts';
import { Shares } from '../shares/shares.ts';

/** What a group is, and when one is written. */
export interface GroupOptions<Item, Result> {
  /**
   * Writes items in one transaction; resolves after the commit with one result per item, in order.
   */
  readonly write: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly sizeOf: (item: Item) => number;
  /** Hears how many items a group has, as it is written. */
  readonly onGroup?: ((items: number) => void) | undefined;
  /** The largest group, in items. */
  readonly maxItems: number;
  /** The largest group, in bytes; a larger item forms its own group. */
  readonly maxBytes: number;
  /** How many groups are written concurrently. */
  readonly writers: number;
  /**
   * A further writer starts only for at least this many items: small groups cost as much as large
   * ones.
   */
  readonly eagerItems: number;
  /**
   * Nobody waits for these items: a group of fewer than `eagerItems` starts at the earliest this long
   * after the one before it. The first item after a rest is written immediately.
   */
  readonly paceMs?: number;
  /**
   * An owner with more than this waiting is heavy: its items form groups of their own, and these leave
   * one writer to the others.
   */
  readonly lightBytes?: number;
  /** The same, in items that wait. */
  readonly lightItems?: number;
  /**
   * Heavy owners yield while another owner writes: one group of theirs at a time, an eighth as
   * large, and after each a rest as long as it took.
   */
  readonly yields?: boolean;
  /** How many writers the light owners may have: all without this. */
  readonly lightWriters?: number;
  /** What may wait, or be written, of all owners: items that wait, and bytes. */
  readonly mostItems?: number;
  readonly mostBytes?: number;
}

/** What a heavy group is divided by while its owner yields. */
const YIELDED_PART = 8;

/** Receives the results of items; items added together share one and differ by `place`. */
interface Waiter<Result> {
  readonly resolve: (result: Result, place: number) => void;
  readonly reject: (error: unknown, place: number) => void;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly bytes: number;
  readonly waiter: Waiter<Result>;
  readonly place: number;
  readonly ownerId: number;
}

/** What waits of one owner. */
interface Owner<Item, Result> {
  items: Waiting<Item, Result>[];
  bytes: number;
}

/**
 * Collects the items that arrive while the last group is written, and writes them as one group: one
 * commit for hundreds of items under load, and no added wait without load.
 *
 * An item that PostgreSQL refuses fails its group but not its neighbours: the group is written
 * again in halves until that item is found. `Unavailable` rejects the whole group, because it is
 * unknown what was committed, and all waiting items too: an unresponsive database takes a long time
 * to fail each group, so the last would learn after minutes what is known now.
 *
 * Owners share it. What one has waiting delays the others by no more than a statement that is already
 * running: all light owners are written together, and each heavy one by itself, in turn, by all
 * writers but one. A writer alone is not enough where the processors are the database's limit: then a
 * light group takes as long as it has company. So heavy owners can yield (`yields`).
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupOptions<Item, Result>;
  /** Owners with items that wait; the next in turn first. */
  readonly #owners = new Map<number, Owner<Item, Result>>();
  readonly #items: Shares;
  readonly #bytes: Shares;
  readonly #writing = { light: 0, heavy: 0 };
  readonly #activity = new Activity();
  /** Set while heavy owners rest. */
  #restTimer: NodeJS.Timeout | undefined;
  #startedAtMs = Number.NEGATIVE_INFINITY;
  #paceTimer: NodeJS.Timeout | undefined;
  #scheduled = false;
  #idle: (() => void)[] = [];

  /** @param room What may wait, where it is shared with other groups. */
  constructor(
    options: GroupOptions<Item, Result>,
    room?: { readonly items: Shares; readonly bytes: Shares },
  ) {
    this.#options = options;
    this.#items = room?.items ?? new Shares(options.mostItems ?? Number.MAX_SAFE_INTEGER);
    this.#bytes = room?.bytes ?? new Shares(options.mostBytes ?? Number.MAX_SAFE_INTEGER);
  }

  /** How many items wait for a writer. */
  get waiting(): number {
    return this.#items.used;
  }

  /** What is taken of the room for items that wait, and for bytes. */
  use(): { readonly items: ShareUse; readonly bytes: ShareUse } {
    return { items: useOf(this.#items), bytes: useOf(this.#bytes) };
  }

  /** How many bytes wait for a writer or are being written. */
  get bytes(): number {
    return this.#bytes.used;
  }

  /** Whether an owner may add this: what fills the room is refused to the one who fills it. */
  hasRoom(ownerId: number, items: number, bytes: number): boolean {
    if (this.#items.left(ownerId) < items) return false;
    // The first may be larger than a share.
    return this.#bytes.held(ownerId) === 0
      ? this.#bytes.free > 0
      : this.#bytes.left(ownerId) >= bytes;
  }

  add(item: Item, ownerId = 0): Promise<Result> {
    return new Promise<Result>((resolve, reject) =>
      this.#push(item, ownerId, { resolve, reject }, 0),
    );
  }

  /**
   * Adds items that wait for each other anyway. Resolves when the last is settled, with a result or
   * an error for each, in order. One promise per item cost a batch 4 µs per event.
   */
  addAll(items: readonly Item[], ownerId = 0): Promise<(Result | Error)[]> {
    if (items.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const settled: (Result | Error)[] = Array(items.length);
      let left = items.length;
      const settle = (result: Result | Error, place: number): void => {
        settled[place] = result;
        if (--left === 0) resolve(settled);
      };
      const waiter = {
        resolve: settle,
        reject: (error: unknown, place: number) => settle(asError(error), place),
      };
      items.forEach((item, place) => {
        this.#push(item, ownerId, waiter, place);
      });
    });
  }

  #push(item: Item, ownerId: number, waiter: Waiter<Result>, place: number): void {
    const bytes = this.#options.sizeOf(item);
    this.#items.take(ownerId, 1);
    this.#bytes.take(ownerId, bytes);
    let owner = this.#owners.get(ownerId);
    if (owner === undefined) {
      owner = { items: [], bytes: 0 };
      this.#owners.set(ownerId, owner);
    }
    owner.items.push({ item, bytes, waiter, place, ownerId });
    owner.bytes += bytes;
    this.#schedule();
  }

  /** Resolves when all added items are written. */
  async drained(): Promise<void> {
    while (!this.#isIdle()) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /** Waits for the end of the event-loop turn, so items read from many sockets form one group. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  #start(): void {
    for (;;) {
      const weight = this.#startable();
      if (weight === undefined) return;
      this.#writing[weight]++;
      const group = weight === 'light' ? this.#takeLight() : this.#takeHeavy();
      this.#options.onGroup?.(group.length);
      const startedAtMs = performance.now();
      this.#startedAtMs = startedAtMs;
      void this.#write(group).finally(() => {
        this.#writing[weight]--;
        if (weight === 'heavy') this.#rest(performance.now() - startedAtMs);
        this.#start();
        if (this.#isIdle()) for (const resolve of this.#idle.splice(0)) resolve();
      });
    }
  }

  #isIdle(): boolean {
    return this.#owners.size === 0 && this.#writing.light + this.#writing.heavy === 0;
  }

  #isHeavy({ bytes, items }: Owner<Item, Result>): boolean {
    const { lightBytes = Number.POSITIVE_INFINITY, lightItems = Number.POSITIVE_INFINITY } =
      this.#options;
    return bytes > lightBytes || items.length > lightItems;
  }

  /** Whether heavy owners yield now. */
  get #yields(): boolean {
    return this.#options.yields === true && this.#activity.isShared;
  }

  /** Lets heavy owners rest, if they yield. */
  #rest(forMs: number): void {
    if (!this.#yields) return;
    clearTimeout(this.#restTimer);
    // The timer alone ends the rest: it may fire a little early by the clock, and nothing else may come to start what
    // waits.
    this.#restTimer = setTimeout(() => {
      this.#restTimer = undefined;
      this.#start();
    }, Math.ceil(forMs));
  }

  /** Whether a small group is too early; it then starts later. */
  #waitsForPace(): boolean {
    const { paceMs = 0 } = this.#options;
    const leftMs = this.#startedAtMs + paceMs - performance.now();
    if (leftMs <= 0) return false;
    this.#paceTimer ??= setTimeout(() => {
      this.#paceTimer = undefined;
      this.#start();
    }, Math.ceil(leftMs));
    return true;
  }

  /** Which of both a writer may start with now. */
  #startable(): 'light' | 'heavy' | undefined {
    const { writers, eagerItems, lightWriters = writers } = this.#options;
    const writing = this.#writing;
    const free = writers - writing.light - writing.heavy;
    if (free === 0) return undefined;
    const waiting = { light: 0, heavy: 0 };
    for (const owner of this.#owners.values()) {
      waiting[this.#isHeavy(owner) ? 'heavy' : 'light'] += owner.items.length;
    }
    const all = waiting.light + waiting.heavy;
    if (all === 0) return undefined;
    const isPaced = all < eagerItems && this.#waitsForPace();
    const starts = (weight: 'light' | 'heavy') =>
      waiting[weight] > 0 && !isPaced && (writing[weight] === 0 || waiting[weight] >= eagerItems);
    // The last free writer is for light owners, unless they have all others.
    const forHeavy = this.#yields
      ? writing.heavy === 0 && this.#restTimer === undefined
      : writing.heavy === 0 || free > 1;
    const forLight = free > 1 || writing.heavy > 0 || waiting.heavy === 0;
    if (starts('light') && forLight && writing.light < lightWriters) return 'light';
    if (starts('heavy') && forHeavy) return 'heavy';
    return undefined;
  }

  /** Everything of all light owners, as far as a group may hold it. */
  #takeLight(): Waiting<Item, Result>[] {
    const group: Waiting<Item, Result>[] = [];
    let bytes = 0;
    for (const [ownerId, owner] of this.#owners) {
      if (this.#isHeavy(owner)) continue;
      const taken = this.#takeOf(ownerId, owner, { count: group.length, bytes });
      if (taken.length === 0) break;
      // The group is full: who got a part goes to the end.
      if (this.#owners.delete(ownerId)) this.#owners.set(ownerId, owner);
      for (const one of taken) {
        bytes += one.bytes;
        group.push(one);
      }
    }
    return group;
  }

  /** A group of the next heavy owner, which then goes to the end. */
  #takeHeavy(): Waiting<Item, Result>[] {
    for (const [ownerId, owner] of this.#owners) {
      if (!this.#isHeavy(owner)) continue;
      const part = this.#yields ? YIELDED_PART : 1;
      const group = this.#takeOf(ownerId, owner, { count: 0, bytes: 0, part });
      if (this.#owners.delete(ownerId)) this.#owners.set(ownerId, owner);
      return group;
    }
    return [];
  }

  /** Takes an owner's oldest items, as many as fit into a group that has some already. */
  #takeOf(
    ownerId: number,
    owner: Owner<Item, Result>,
    { count, bytes: groupBytes, part = 1 }: { count: number; bytes: number; part?: number },
  ): Waiting<Item, Result>[] {
    const { maxItems } = this.#options;
    const maxBytes = this.#options.maxBytes / part;
    this.#activity.note(ownerId);
    let bytes = groupBytes;
    let end = 0;
    for (const one of owner.items) {
      if (count + end > 0 && (count + end === maxItems || bytes + one.bytes > maxBytes)) break;
      bytes += one.bytes;
      end++;
    }
    owner.bytes -= bytes - groupBytes;
    this.#items.giveBack(ownerId, end);
    if (end < owner.items.length) return owner.items.splice(0, end);
    this.#owners.delete(ownerId);
    const all = owner.items;
    owner.items = [];
    return all;
  }

  async #write(group: readonly Waiting<Item, Result>[]): Promise<void> {
    let results: readonly Result[];
    try {
      results = await this.#options.write(group.map(({ item }) => item));
    } catch (error) {
      if (error instanceof Unavailable) {
        this.#reject([...group, ...this.#takeAll()], error);
        return;
      }
      if (group.length === 1) {
        this.#reject(group, error);
        return;
      }
      const middle = group.length >> 1;
      await this.#write(group.slice(0, middle));
      await this.#write(group.slice(middle));
      return;
    }
    group.forEach(({ bytes, ownerId, waiter, place }, index) => {
      this.#bytes.giveBack(ownerId, bytes);
      waiter.resolve(results[index] as Result, place);
    });
  }

  #takeAll(): Waiting<Item, Result>[] {
    const all: Waiting<Item, Result>[] = [];
    for (const [ownerId, { items }] of this.#owners) {
      this.#items.giveBack(ownerId, items.length);
      for (const one of items) all.push(one);
    }
    this.#owners.clear();
    return all;
  }

  #reject(group: readonly Waiting<Item, Result>[], error: unknown): void {
    for (const { bytes, ownerId, waiter, place } of group) {
      this.#bytes.giveBack(ownerId, bytes);
      waiter.reject(error, place);
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
