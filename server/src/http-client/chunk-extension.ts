import { IN_TOKEN } from './in-token.ts';

const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const SEMICOLON = 59;
const EQUALS = 61;
const BACKSLASH = 92;
const DEL = 127;

/**
 * Judges what follows the size of a chunk, byte by byte: `;name`, `;name=value` or `;name="value"`, any
 * number of them (RFC 9112, 7.1.1). Extensions are skipped; but where readers may disagree about their
 * form, they may disagree about where the line ends.
 */
export class ChunkExtension {
  #part: 'size' | 'name' | 'value' | 'quoted' | 'after quote' = 'size';
  #isEmpty = false;
  #isPlain = true;

  begin(): void {
    this.#part = 'size';
    this.#isEmpty = false;
    this.#isPlain = true;
  }

  /** Whether strict readers accept it as well, if the line ends here. */
  get certain(): boolean {
    return this.#isPlain && !this.#isEmpty && this.#part !== 'quoted';
  }

  /** Reads the next byte, which is neither CR nor LF; returns what is wrong with it. */
  read(byte: number): string | undefined {
    if (byte === DEL || (byte < SPACE && byte !== TAB)) {
      return 'control character in a chunk extension';
    }
    if (this.#part === 'quoted') {
      if (byte === QUOTE) this.#part = 'after quote';
      else if (byte === BACKSLASH || byte > DEL) this.#isPlain = false;
    } else if (byte === SPACE || byte === TAB) this.#isPlain = false;
    else if (byte === SEMICOLON) this.#begin('name');
    else if (this.#part === 'size') return 'chunk size is not a number';
    else if (byte === EQUALS && this.#part === 'name') this.#begin('value');
    else if (byte === QUOTE && this.#part === 'value' && this.#isEmpty) {
      this.#part = 'quoted';
      this.#isEmpty = false;
    } else if (IN_TOKEN[byte] === true && this.#part !== 'after quote') this.#isEmpty = false;
    else return 'invalid chunk extension';
    return undefined;
  }

  #begin(part: 'name' | 'value'): void {
    if (this.#isEmpty) this.#isPlain = false;
    this.#part = part;
    this.#isEmpty = true;
  }
}
