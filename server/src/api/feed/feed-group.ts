import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FeedItem, FeedMark } from '../../feed/feed-item.ts';
import type { FeedPlace } from '../../feed/feed-place.ts';
import type { FeedSeal } from '../../feed/feed-seal.ts';
import type { QueryFacts } from '../../query/create-matcher.ts';
import { feedView } from './feed-view.ts';

/** Text for readers, as bytes that all of them share. */
export interface FeedPiece {
  readonly bytes: Buffer;
  /** How many events it has. */
  readonly count: number;
  /** The last of them. */
  readonly last: FeedItem;
  /** How many readers still hold it. */
  holders: number;
}

interface Parts {
  readonly accountId: number;
  readonly matches: (facts: QueryFacts) => boolean;
  readonly now: () => number;
  readonly seal: FeedSeal;
}

/** A piece ends with the event that makes it this long: what a slow reader skips is not much more. */
const PIECE_CHARACTERS = 16_384;

/**
 * Events that are made into text in one turn of the event loop. Each takes 6 to 30 µs: 500 at once, 3 to 15 ms, for
 * which deliveries waited; in turns of 64 the longest is 0.4 to 1.2 ms.
 */
const EVENTS_A_TURN = 64;

/** Events that do not match cost that much less. */
const SKIPS_OF_AN_EVENT = 16;

/**
 * Readers of one account with one query: what they get is filtered, and made into text, once for all of
 * them.
 */
export class FeedGroup {
  readonly #parts: Parts;
  readonly #pieces = new WeakMap<readonly FeedItem[], readonly FeedPiece[]>();
  readonly #ids = new WeakMap<FeedMark | FeedPlace, string>();
  /** How many readers it has. */
  readers = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Makes the text of what matches. Resolves when it is there; undefined: it took no more than a turn. */
  prepare(items: readonly FeedItem[]): Promise<void> | undefined {
    if (this.#pieces.has(items)) return undefined;
    const pieces: FeedPiece[] = [];
    const turns = this.#makePieces(items, pieces);
    if (turns.next().done !== true) return this.#finish(items, pieces, turns);
    this.#pieces.set(items, pieces);
    return undefined;
  }

  /** The text of what matches. */
  piecesOf(items: readonly FeedItem[]): readonly FeedPiece[] {
    let pieces = this.#pieces.get(items);
    if (pieces === undefined) {
      const made: FeedPiece[] = [];
      for (const _turn of this.#makePieces(items, made));
      pieces = made;
      this.#pieces.set(items, pieces);
    }
    return pieces;
  }

  async #finish(
    items: readonly FeedItem[],
    pieces: readonly FeedPiece[],
    turns: Generator<void>,
  ): Promise<void> {
    do await nextTurn();
    while (turns.next().done !== true);
    this.#pieces.set(items, pieces);
  }

  /** The id after an item. */
  idAfter({ done, mark }: FeedItem): string {
    let id = this.#ids.get(mark);
    if (id === undefined) {
      id = this.#parts.seal.write(this.#parts.accountId, mark);
      this.#ids.set(mark, id);
    }
    return `${id}.${done}`;
  }

  /** The id of a place. */
  idOf(place: FeedPlace): string {
    let id = this.#ids.get(place);
    if (id === undefined) {
      id = this.#parts.seal.write(this.#parts.accountId, place);
      this.#ids.set(place, id);
    }
    return id;
  }

  /** Adds the pieces, and yields where a turn should end. */
  *#makePieces(items: readonly FeedItem[], pieces: FeedPiece[]): Generator<void> {
    const { matches, now } = this.#parts;
    const nowMs = now();
    let done = 0;
    let text = '';
    let count = 0;
    let last: FeedItem | undefined;
    const end = () => {
      if (last !== undefined) pieces.push({ bytes: Buffer.from(text), count, last, holders: 0 });
      text = '';
      count = 0;
      last = undefined;
    };
    for (const item of items) {
      if (done >= EVENTS_A_TURN) {
        yield;
        done = 0;
      }
      done += 1 / SKIPS_OF_AN_EVENT;
      if (!matches(item.facts)) continue;
      done++;
      text += `id: ${this.idAfter(item)}\n${textOf(item, nowMs)}`;
      count++;
      last = item;
      if (text.length >= PIECE_CHARACTERS) end();
    }
    end();
  }
}

/** The text of an item without its id, whoever reads it. */
function textOf(item: FeedItem, nowMs: number): string {
  const { kind, shown } = item;
  shown.text ??= `event: ${kind}\ndata: ${JSON.stringify(feedView(item, nowMs))}\n\n`;
  return shown.text;
}
