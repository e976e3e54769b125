import { setImmediate as nextTurn } from 'node:timers/promises';

/** How many changes are inserted one by one; more are sorted in, which costs as much as a few. */
const FEW = 32;

/** How many items are sorted in a turn of the event loop: some 10,000 comparisons, below 1 ms. */
const SORTED = 1_000;

/** How many items are read or merged in a turn, one comparison each. */
const MERGED = 10_000;

interface Change<Item> {
  readonly item: Item;
  readonly added: boolean;
}

/**
 * Items in an order that is kept while they come and go, so that nothing is sorted when the list is
 * read. A change moves what follows it (some 10 µs for 100,000 items). Many changes, such as all
 * items at the first read, are sorted in a piece a turn: in one turn, 100,000 names would stop the
 * node for some 200 ms.
 */
export class OrderedList<Item> {
  readonly #compare: (one: Item, other: Item) => number;
  /** What the list starts with and has not read yet. */
  #source: Iterator<Item> | undefined;
  #items: Item[] = [];
  /** What has come and gone since, in this sequence. */
  #changes: Change<Item>[] = [];
  #sorting: Promise<void> | undefined;
  #steps = 0;

  /**
   * `compare` must be 0 only for an item and one that replaces it. `items` are read piece by piece
   * from the first read on: an item that is added meanwhile may be among them as well, and one that
   * is removed must not follow.
   */
  constructor(compare: (one: Item, other: Item) => number, items: Iterable<Item> = []) {
    this.#compare = compare;
    this.#source = items[Symbol.iterator]();
  }

  add(item: Item): void {
    this.#changes.push({ item, added: true });
  }

  /** Removes an item that compares equal. */
  remove(item: Item): void {
    this.#changes.push({ item, added: false });
  }

  /** How many changes wait for the next read. While the list is read, none does. */
  get waiting(): number {
    return this.#sorting === undefined ? this.#changes.length : 0;
  }

  /** All items in order. The array changes with the list, when it is read again. */
  async items(): Promise<readonly Item[]> {
    while (
      this.#sorting !== undefined ||
      this.#source !== undefined ||
      this.#changes.length > FEW
    ) {
      this.#sorting ??= this.#sortIn().finally(() => {
        this.#sorting = undefined;
      });
      await this.#sorting;
    }
    for (const { item, added } of this.#changes) {
      const index = this.#firstNotBefore(item);
      const found = this.#items[index];
      const known = found !== undefined && this.#compare(found, item) === 0;
      if (added) this.#items.splice(index, known ? 1 : 0, item);
      else if (known) this.#items.splice(index, 1);
    }
    this.#changes = [];
    return this.#items;
  }

  /** Makes the items from those of before and the changes until now. */
  async #sortIn(): Promise<void> {
    while (this.#source !== undefined) {
      const { done, value } = this.#source.next();
      if (done) this.#source = undefined;
      else this.add(value);
      if (this.#isTurnOver()) await nextTurn();
    }
    const changes = this.#changes;
    this.#changes = [];
    this.#items = await this.#merged(this.#items, await this.#sorted(changes));
  }

  /** Sorts changes, and those of one item in their sequence: a merge sort in pieces. */
  async #sorted(changes: readonly Change<Item>[]): Promise<Change<Item>[]> {
    const compare = (one: Change<Item>, other: Change<Item>) => this.#compare(one.item, other.item);
    let runs: Change<Item>[][] = [];
    for (let from = 0; from < changes.length; from += SORTED) {
      runs.push(changes.slice(from, from + SORTED).sort(compare));
      await nextTurn();
    }
    while (runs.length > 1) {
      const longer: Change<Item>[][] = [];
      for (let run = 0; run < runs.length; run += 2) {
        const one = runs[run] as Change<Item>[];
        const other = runs[run + 1];
        longer.push(other === undefined ? one : await this.#inTurns(one, other, compare));
      }
      runs = longer;
    }
    return runs[0] ?? [];
  }

  /** The items after sorted changes: the last change of an item counts. */
  async #merged(items: readonly Item[], changes: readonly Change<Item>[]): Promise<Item[]> {
    const merged: Item[] = [];
    let at = 0;
    for (let index = 0; index < changes.length; index++) {
      const { item, added } = changes[index] as Change<Item>;
      let order = -1;
      while (at < items.length) {
        order = this.#compare(items[at] as Item, item);
        if (order >= 0) break;
        merged.push(items[at++] as Item);
        if (this.#isTurnOver()) await nextTurn();
      }
      if (this.#isTurnOver()) await nextTurn();
      const next = changes[index + 1];
      if (next !== undefined && this.#compare(next.item, item) === 0) continue;
      if (order === 0) at++;
      if (added) merged.push(item);
    }
    for (; at < items.length; at++) {
      merged.push(items[at] as Item);
      if (this.#isTurnOver()) await nextTurn();
    }
    return merged;
  }

  /** Merges two sorted runs; of equal ones, those of the first run come first. */
  async #inTurns<One>(
    first: readonly One[],
    second: readonly One[],
    compare: (one: One, other: One) => number,
  ): Promise<One[]> {
    const merged: One[] = [];
    let one = 0;
    let other = 0;
    while (one < first.length || other < second.length) {
      const takesFirst =
        other === second.length ||
        (one < first.length && compare(first[one] as One, second[other] as One) <= 0);
      merged.push((takesFirst ? first[one++] : second[other++]) as One);
      if (this.#isTurnOver()) await nextTurn();
    }
    return merged;
  }

  #isTurnOver(): boolean {
    this.#steps = (this.#steps + 1) % MERGED;
    return this.#steps === 0;
  }

  #firstNotBefore(item: Item): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#items[middle] as Item, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
