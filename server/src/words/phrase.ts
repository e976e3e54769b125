import { characters, SEPARATOR } from './characters.ts';

/** A word, or words with what stands between them. */
export interface Phrase {
  readonly text: string;
  /** Its code units, case folded, with one space for each run of white space. */
  readonly codes: Uint16Array;
  /**
   * Runs of ASCII letters and digits, in lower case: each is contiguous in every text that has the
   * phrase, unless an escape `\uXXXX` spells a part of it. The database looks for them.
   */
  readonly pieces: readonly string[];
}

/** What `find-phrase.ts` takes for white space. */
export const isSpace = (code: number): boolean =>
  code <= 0x20 || code === 0xa0 || code === 0x2028 || code === 0x2029 || code === 0x3000;

/** Makes a phrase; undefined if the text has no letter and no digit. */
export function phraseOf(text: string): Phrase | undefined {
  const { classes, folds } = characters();
  const codes: number[] = [];
  let hasWord = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isSpace(code)) {
      if (codes.length > 0 && codes.at(-1) !== 0x20) codes.push(0x20);
      continue;
    }
    hasWord ||= classes[code] !== SEPARATOR;
    codes.push(folds[code] as number);
  }
  if (codes.at(-1) === 0x20) codes.pop();
  if (!hasWord) return undefined;
  const folded = String.fromCharCode(...codes);
  return { text, codes: Uint16Array.from(codes), pieces: folded.match(/[0-9a-z]+/g) ?? [] };
}
