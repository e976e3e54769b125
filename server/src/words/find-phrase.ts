import { characters, PART } from './characters.ts';
import { isSpace, type Phrase } from './phrase.ts';

/** Where a phrase stands in a text. */
export interface Found {
  readonly start: number;
  /** The first character after it. */
  readonly end: number;
}

/**
 * Finds a phrase in a text: the same characters whatever their case, any white space for white space,
 * and whole words at both ends.
 */
export function findPhrase(text: string, { codes }: Phrase): Found | undefined {
  const { classes, folds } = characters();
  const first = codes[0] as number;
  const opens = classes[first] === PART;
  const closes = classes[codes.at(-1) as number] === PART;
  for (let start = 0; start <= text.length - codes.length; start++) {
    if (folds[text.charCodeAt(start)] !== first) continue;
    if (opens && start > 0 && classes[text.charCodeAt(start - 1)] === PART) continue;
    const end = matchAt(text, start, codes, folds);
    if (end === undefined) continue;
    if (closes && end < text.length && classes[text.charCodeAt(end)] === PART) continue;
    return { start, end };
  }
  return undefined;
}

function matchAt(
  text: string,
  start: number,
  codes: Uint16Array,
  folds: Uint16Array,
): number | undefined {
  let at = start;
  for (const code of codes) {
    if (at >= text.length) return undefined;
    if (code === 0x20) {
      if (!isSpace(text.charCodeAt(at))) return undefined;
      while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    } else if (folds[text.charCodeAt(at)] === code) at++;
    else return undefined;
  }
  return at;
}
