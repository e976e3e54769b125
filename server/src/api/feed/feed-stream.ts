import type { ServerResponse } from 'node:http';
import type { FeedGap, FeedReader } from '../../feed/feed-hub.ts';
import type { FeedItem } from '../../feed/feed-item.ts';
import type { FeedPlace } from '../../feed/feed-place.ts';
import type { Shares } from '../../shares/shares.ts';
import type { FeedGroup, FeedPiece } from './feed-group.ts';

interface Parts {
  readonly accountId: number;
  /** What pieces of all readers take in memory. */
  readonly bytes: Shares;
  readonly group: FeedGroup;
  readonly response: ServerResponse;
  /** It was full, and is not any more. */
  readonly onRoom: () => void;
  /** Hears how many events it was too slow for. */
  readonly onSkip?: ((events: number) => void) | undefined;
}

/** What a reader may have waiting, while its account has memory left: a second of 1,000 events. */
const MOST_BYTES = 1_048_576;
/** And if not: two pieces. */
const LEAST_BYTES = 65_536;

/**
 * The answer to somebody who follows the feed. What the network does not take waits in memory, up to a
 * limit. Beyond it, new events are skipped, and the reader is told how many, once it has taken all that
 * waits; the past is not read on meanwhile.
 */
export class FeedStream implements FeedReader {
  readonly #parts: Parts;
  readonly #waiting: FeedPiece[] = [];
  #waitingBytes = 0;
  #skipped = 0;
  #lastSkipped: FeedItem | undefined;
  #wasFull = false;
  #isEnded = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.response.once('close', () => this.#close());
  }

  get accountId(): number {
    return this.#parts.accountId;
  }

  get hasRoom(): boolean {
    const hasRoom = this.#waitingBytes < this.#most() && this.#skipped === 0;
    if (!hasRoom) this.#wasFull = true;
    return hasRoom && !this.#isEnded;
  }

  prepare(items: readonly FeedItem[]): Promise<void> | undefined {
    return this.#parts.group.prepare(items);
  }

  take(items: readonly FeedItem[], isPast: boolean): void {
    for (const piece of this.#parts.group.piecesOf(items)) {
      const fits = this.#skipped === 0 && this.#waitingBytes + piece.bytes.length <= this.#most();
      if (isPast || fits) this.#write(piece);
      else this.#skip(piece);
    }
  }

  /** Where the reader begins. */
  begin(place: FeedPlace | undefined, gap: FeedGap | undefined, retryMs: number): void {
    const id = place === undefined ? '' : `id: ${this.#parts.group.idOf(place)}\n`;
    const time = (ms: number) => new Date(ms).toISOString();
    const missed = gap && JSON.stringify({ from: time(gap.fromMs), to: time(gap.toMs) });
    const event = missed === undefined ? '' : `event: gap\ndata: ${missed}\n`;
    this.#send(`retry: ${retryMs}\n${id}${event}\n`);
  }

  /** Shows that the connection lives, and how far the reader has come without an event. */
  beat(place: FeedPlace | undefined): void {
    // Behind what waits, a heartbeat says nothing.
    if (this.#waitingBytes > 0 || this.#skipped > 0) return;
    const id = place === undefined ? '' : `id: ${this.#parts.group.idOf(place)}\n`;
    this.#send(`: heartbeat\n${id}\n`);
  }

  /** Ends the stream: the reader comes back after some time, or is refused then. */
  end(why: string, retryMs: number): void {
    this.#isEnded = true;
    this.#parts.response.end(`: ${why}\nretry: ${retryMs}\n\n`);
  }

  #most(): number {
    return this.#parts.bytes.left(this.accountId) > 0 ? MOST_BYTES : LEAST_BYTES;
  }

  #skip({ count, last }: FeedPiece): void {
    this.#skipped += count;
    this.#parts.onSkip?.(count);
    this.#lastSkipped = last;
    this.#wasFull = true;
  }

  #write(piece: FeedPiece): void {
    if (this.#isEnded) return;
    const { bytes } = piece;
    if (piece.holders++ === 0) this.#parts.bytes.take(this.accountId, bytes.length);
    this.#waiting.push(piece);
    this.#waitingBytes += bytes.length;
    this.#parts.response.write(bytes, () => {
      if (this.#waiting[0] === piece) this.#release();
    });
  }

  #release(): void {
    const piece = this.#waiting.shift();
    if (piece === undefined) return;
    this.#waitingBytes -= piece.bytes.length;
    if (--piece.holders === 0) this.#parts.bytes.giveBack(this.accountId, piece.bytes.length);
    if (this.#waitingBytes > 0 || !this.#wasFull || this.#isEnded) return;
    this.#wasFull = false;
    if (this.#skipped > 0) {
      const id = this.#parts.group.idAfter(this.#lastSkipped as FeedItem);
      this.#send(`id: ${id}\nevent: skipped\ndata: {"count":${this.#skipped}}\n\n`);
      this.#skipped = 0;
    }
    this.#parts.onRoom();
  }

  #send(text: string): void {
    if (!this.#isEnded) this.#parts.response.write(text);
  }

  #close(): void {
    this.#isEnded = true;
    while (this.#waiting.length > 0) this.#release();
  }
}
