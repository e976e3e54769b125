/** What the trail keeps of a body (contract §1). */
const KEPT_BYTES = 64 * 1024;

/** What is read of a body before the connection is closed: an endless answer must end somewhere. */
const READ_BYTES = 1024 * 1024;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true }); // which means: keep it

/** Takes a body in as it streams, keeps its beginning and counts the rest. */
export class ResponseBody {
  #chunks: Buffer[] = [];
  #kept = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What to say when reading was stopped. */
  readonly cutOff = `answer cut off: its body is longer than ${READ_BYTES} bytes`;

  /** Returns false when enough was read. */
  add(chunk: Buffer): boolean {
    this.#length += chunk.length;
    const room = KEPT_BYTES - this.#kept;
    if (room > 0) {
      const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
      this.#chunks.push(Buffer.from(part)); // a copy: undici's chunk is a view of a larger buffer
      this.#kept += part.length;
    }
    return this.#length <= READ_BYTES;
  }

  /** The kept bytes as text that PostgreSQL can store: U+0000 becomes U+FFFD, as broken UTF-8 does. */
  text(): string {
    if (this.#chunks.length === 0) return '';
    const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    return decoder.decode(bytes).replaceAll('\u0000', '\uFFFD');
  }
}
