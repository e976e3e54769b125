/** The first 32 bits of the fractions of the cube roots of the first 64 primes (FIPS 180-4). */
const ROUNDS = new Uint32Array(64);
/** And of the square roots of the first eight. */
const START = new Uint32Array(8);

for (let count = 0, candidate = 2; count < 64; candidate++) {
  let isPrime = true;
  for (let factor = 2; factor * factor <= candidate; factor++) {
    if (candidate % factor === 0) isPrime = false;
  }
  if (!isPrime) continue;
  if (count < 8) START[count] = (candidate ** (1 / 2) % 1) * 2 ** 32;
  ROUNDS[count++] = (candidate ** (1 / 3) % 1) * 2 ** 32;
}

const BLOCK = 64;

/** SHA-256 of what comes piece by piece, which Web Crypto does not have. */
export class Sha256 {
  readonly #state = START.slice();
  readonly #block = new Uint8Array(BLOCK);
  readonly #view = new DataView(this.#block.buffer);
  readonly #words = new Uint32Array(64);
  #length = 0;

  /** Adds bytes. */
  update(bytes: Uint8Array): void {
    let filled = this.#length % BLOCK;
    this.#length += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + BLOCK - filled);
      this.#block.set(piece, filled);
      at += piece.length;
      filled += piece.length;
      if (filled === BLOCK) {
        this.#mix();
        filled = 0;
      }
    }
  }

  /** The hash in hexadecimal digits; nothing can be added afterwards. */
  hex(): string {
    const length = this.#length;
    const zeros = (2 * BLOCK - 9 - (length % BLOCK)) % BLOCK;
    const end = new Uint8Array(1 + zeros + 8);
    end[0] = 0x80;
    new DataView(end.buffer).setBigUint64(1 + zeros, BigInt(length) * 8n);
    this.update(end);
    return [...this.#state].map((word) => word.toString(16).padStart(8, '0')).join('');
  }

  #mix(): void {
    const w = this.#words;
    for (let index = 0; index < 16; index++) w[index] = this.#view.getUint32(index * 4);
    for (let index = 16; index < 64; index++) {
      const early = w[index - 15] as number;
      const late = w[index - 2] as number;
      const one = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
      const two = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
      w[index] = (w[index - 16] as number) + one + (w[index - 7] as number) + two;
    }
    let [a, b, c, d, e, f, g, h] = this.#state as unknown as Eight;
    for (let index = 0; index < 64; index++) {
      const one = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const choice = (e & f) ^ (~e & g);
      const first = (h + one + choice + (ROUNDS[index] as number) + (w[index] as number)) | 0;
      const two = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + two + majority) | 0;
    }
    const mixed: Eight = [a, b, c, d, e, f, g, h];
    for (let index = 0; index < 8; index++) {
      this.#state[index] = (this.#state[index] as number) + (mixed[index] as number);
    }
  }
}

type Eight = [number, number, number, number, number, number, number, number];

const rotated = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));
