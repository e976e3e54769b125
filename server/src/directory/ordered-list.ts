/** How many additions are inserted one by one; more are sorted in, which costs as much as a few. */
const FEW = 32;

/**
 * Items in an order that is kept while they come and go, so that nothing is sorted when the list is
 * read. An addition moves what follows it (some 10 µs for 100,000 items); a load of many sorts once.
 */
export class OrderedList<Item> {
  readonly #compare: (one: Item, other: Item) => number;
  #items: Item[] = [];
  #added: Item[] = [];

  /** `compare` must be 0 only for an item and itself. */
  constructor(compare: (one: Item, other: Item) => number, items: readonly Item[] = []) {
    this.#compare = compare;
    this.#added = [...items];
  }

  add(item: Item): void {
    this.#added.push(item);
  }

  /** Removes an item that compares equal. */
  remove(item: Item): void {
    const { items } = this;
    const index = this.#firstNotBefore(item);
    const found = items[index];
    if (found !== undefined && this.#compare(found, item) === 0) this.#items.splice(index, 1);
  }

  /** All items in order. The array changes with the list. */
  get items(): readonly Item[] {
    if (this.#added.length > FEW) {
      this.#items = this.#items.concat(this.#added).sort(this.#compare);
    } else {
      for (const item of this.#added) this.#items.splice(this.#firstNotBefore(item), 0, item);
    }
    this.#added = [];
    return this.#items;
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
