import { Duplex } from 'node:stream';
import type { DialledOrigin } from '../addresses/address-rules.ts';
import type { Dial, Dialled, DialledFor } from '../addresses/dialled.ts';

/**
 * A dialled connection as the stream that Node's own HTTP client takes. What it receives is not held back:
 * its reader bounds how much that may be.
 */
export class DialledStream extends Duplex {
  #socket!: Dialled['socket'];

  /**
   * Calls `onOpen` once it may be written to.
   *
   * @throws {AddressRefused} if the rules forbid the origin before any look-up.
   */
  constructor(dial: Dial, origin: DialledOrigin, dialledFor: DialledFor, onOpen: () => void) {
    super();
    // The buffer is overwritten after the call.
    this.#follow(
      dial(origin, (bytes) => this.push(Buffer.from(bytes)), dialledFor),
      onOpen,
    );
  }

  #follow({ socket, opens }: Dialled, onOpen: () => void): void {
    this.#socket = socket;
    const isOuter = () => this.#socket !== socket;
    socket
      .once(opens, (inside?: Dialled) => {
        if (inside === undefined) onOpen();
        else this.#follow(inside, onOpen);
      })
      .on('error', (error) => {
        if (!isOuter()) this.destroy(error);
      })
      .on('end', () => {
        if (!isOuter()) this.push(null);
      })
      .on('close', () => {
        if (!isOuter()) this.destroy();
      });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
