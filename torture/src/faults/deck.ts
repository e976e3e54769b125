import type { Random } from '@hooktrail/harness/create-random';
import type { FaultKind } from './fault-kind.ts';

/** A fault that was drawn, with its duration. */
export interface Drawn<Kind> {
  readonly kind: Kind;
  readonly lastsMs: number;
}

type Card = Pick<FaultKind, 'copies' | 'lastsMs'>;

/**
 * Draws faults like cards: in random order, and each as often as it has copies before the deck is
 * shuffled again. So every run of some length has all faults.
 */
export class Deck<Kind extends Card> {
  readonly #kinds: readonly Kind[];
  readonly #random: Random;
  #cards: Kind[];

  /** The kinds of `first` are drawn first, in their order. */
  constructor(kinds: readonly Kind[], random: Random, first: readonly Kind[] = []) {
    this.#kinds = kinds;
    this.#random = random;
    this.#cards = [...first, ...random.shuffled(kinds.flatMap(copiesOf))];
  }

  /**
   * Draws the next fault that ends within `roomMs`, and drops those that do not; undefined if none
   * does.
   */
  draw(roomMs: number): Drawn<Kind> | undefined {
    if (!this.#kinds.some(({ lastsMs }) => lastsMs[1] <= roomMs)) return undefined;
    for (;;) {
      if (this.#cards.length === 0)
        this.#cards = this.#random.shuffled(this.#kinds.flatMap(copiesOf));
      const kind = this.#cards.shift();
      if (kind === undefined) return undefined;
      if (kind.lastsMs[1] <= roomMs) return { kind, lastsMs: this.#random.whole(...kind.lastsMs) };
    }
  }
}

function copiesOf<Kind extends Card>(kind: Kind): Kind[] {
  return Array.from({ length: kind.copies }, () => kind);
}
