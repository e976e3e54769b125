import { ProxyError } from './proxy-error.ts';

/** Proxies answer with a few hundred bytes, and with some KiB of headers and cookies at worst. */
const MOST_BYTES = 16 * 1024;

const BEGINNING = Buffer.from('HTTP/1.');

/** What the common refusals mean to the operator of the proxy. */
const MEANINGS: Readonly<Record<number, string>> = {
  403: 'it does not allow this endpoint',
  502: 'it cannot reach the endpoint',
  503: 'it cannot reach the endpoint now',
  504: 'the endpoint did not answer it in time',
};

/**
 * Reads what a proxy answers to CONNECT. Each byte is copied and searched once, however small the
 * pieces; what follows the head belongs to the tunnel.
 */
export class TunnelAnswer {
  #bytes: Buffer = Buffer.allocUnsafe(512);
  #length = 0;
  /** Bytes so far, interim answers included. */
  #total = 0;

  /**
   * Takes a piece. Returns the bytes behind the head once the tunnel is open, undefined before.
   *
   * @throws {ProxyError} if the proxy refuses, or its answer is not one.
   */
  add(piece: Buffer): Buffer | undefined {
    const before = this.#length;
    this.#copy(piece);
    if (!this.#beginsWell()) {
      throw new ProxyError('PROXY_UNUSABLE', 'its answer to CONNECT is not HTTP/1.1');
    }
    let from = Math.max(0, before - 3);
    for (;;) {
      const end = this.#endOfHead(from);
      if (end < 0) break;
      const status = this.#status();
      const rest = this.#bytes.subarray(end, this.#length);
      if (status >= 200 && status < 300) return rest.length > 0 ? rest : Buffer.alloc(0);
      if (status >= 200) throw refusal(status);
      // An interim answer: the final one follows.
      rest.copy(this.#bytes);
      this.#length = rest.length;
      from = 0;
    }
    if (this.#total >= MOST_BYTES) {
      const message = `its answer to CONNECT does not end within ${MOST_BYTES} bytes`;
      throw new ProxyError('PROXY_UNUSABLE', message);
    }
    return undefined;
  }

  #copy(piece: Buffer): void {
    const needed = this.#length + piece.length;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes, this.#length);
    this.#total += piece.length;
    this.#length = needed;
  }

  #beginsWell(): boolean {
    const length = Math.min(this.#length, BEGINNING.length);
    return this.#bytes.compare(BEGINNING, 0, length, 0, length) === 0;
  }

  /** The position behind the empty line, bare LF accepted; -1 if it has not arrived. */
  #endOfHead(from: number): number {
    const bytes = this.#bytes.subarray(0, this.#length);
    const ends = ['\n\r\n', '\n\n'].flatMap((end) => {
      const at = bytes.indexOf(end, from, 'latin1');
      return at < 0 ? [] : [at + end.length];
    });
    return ends.length === 0 ? -1 : Math.min(...ends);
  }

  #status(): number {
    const line = this.#bytes.toString('latin1', 0, Math.min(this.#length, 16));
    const status = /^HTTP\/1\.[01] ([1-9]\d\d)(?=[ \r\n]|$)/.exec(line)?.[1];
    if (status === undefined) {
      throw new ProxyError('PROXY_UNUSABLE', 'its answer to CONNECT has no status line');
    }
    return Number(status);
  }
}

function refusal(status: number): ProxyError {
  if (status === 407) {
    const rule = 'it wants credentials, or others than those of HOOKTRAIL_EGRESS_PROXY';
    return new ProxyError('PROXY_UNUSABLE', `it answered CONNECT with 407: ${rule}`);
  }
  const meaning = MEANINGS[status];
  const why = meaning === undefined ? '' : `: ${meaning}`;
  return new ProxyError('PROXY_REFUSED', `it answered CONNECT with ${status}${why}`);
}
