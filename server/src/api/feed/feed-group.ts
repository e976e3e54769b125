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

/** The text of an item without its id, whoever reads it; by its facts, which its copies share. */
const shown = new WeakMap<FeedItem['facts'], string>();

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

  /** The text of what matches. */
  piecesOf(items: readonly FeedItem[]): readonly FeedPiece[] {
    let pieces = this.#pieces.get(items);
    if (pieces === undefined) {
      pieces = this.#makePieces(items);
      this.#pieces.set(items, pieces);
    }
    return pieces;
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

  #makePieces(items: readonly FeedItem[]): FeedPiece[] {
    const { matches, now } = this.#parts;
    const nowMs = now();
    const pieces: FeedPiece[] = [];
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
      if (!matches(item.facts)) continue;
      text += `id: ${this.idAfter(item)}\n${textOf(item, nowMs)}`;
      count++;
      last = item;
      if (text.length >= PIECE_CHARACTERS) end();
    }
    end();
    return pieces;
  }
}

function textOf(item: FeedItem, nowMs: number): string {
  let text = shown.get(item.facts);
  if (text === undefined) {
    text = `event: ${item.kind}\ndata: ${JSON.stringify(feedView(item, nowMs))}\n\n`;
    shown.set(item.facts, text);
  }
  return text;
}
