/** No part of a word. */
export const SEPARATOR = 0;
/** A part of a word. */
export const PART = 1;
/** A word by itself: scripts that write no spaces between words. */
export const ALONE = 2;

interface Characters {
  /** `SEPARATOR`, `PART` or `ALONE` for each UTF-16 code unit. */
  readonly classes: Uint8Array;
  /** The code unit that stands for its upper and its lower case. */
  readonly folds: Uint16Array;
}

const WORD = /[\p{L}\p{N}\p{M}]/u;
const SPACELESS =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

/**
 * What a word is made of: letters, digits and marks. Halves of a surrogate pair are parts of words, so
 * that scripts beyond the first 65,536 characters are found. `_` separates, because people look for the
 * `40123` of `order_40123`.
 *
 * Upper and lower case are the same where both are one code unit. A character that is not ASCII never
 * folds to an ASCII one, because the database compares ASCII only (`piecesOf`).
 */
export function characters(): Characters {
  made ??= makeCharacters();
  return made;
}

/** 65,536 characters take 30 ms, the first time that somebody needs them. */
let made: Characters | undefined;

function makeCharacters(): Characters {
  const classes = new Uint8Array(0x10000);
  const folds = new Uint16Array(0x10000);
  for (let code = 0; code < 0x10000; code++) {
    const text = String.fromCharCode(code);
    classes[code] = code < 0x80 ? asciiClass(text) : classOf(code, text);
    folds[code] = foldOf(code, text);
  }
  return { classes, folds };
}

const asciiClass = (text: string): number => (/[0-9a-z]/i.test(text) ? PART : SEPARATOR);

function classOf(code: number, text: string): number {
  if (code >= 0xd800 && code < 0xe000) return PART;
  if (!WORD.test(text)) return SEPARATOR;
  return SPACELESS.test(text) ? ALONE : PART;
}

function foldOf(code: number, text: string): number {
  const lower = text.toLowerCase();
  if (lower.length !== 1) return code;
  const folded = lower.charCodeAt(0);
  return code >= 0x80 && folded < 0x80 ? code : folded;
}
