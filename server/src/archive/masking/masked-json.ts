import { MASK } from '../../secrets/mask.ts';

/** The last one of a text that was cut off has no end. */
const STRING = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)/y;
const SPACE = /[\s]*/y;
const REST = /[^\s,\]}]*/y;

/** A text that is no JSON and begins as it does: the beginning of a long document, above all. */
const BEGINNING = /^\s*[[{]/;

/** A text after masking, and whether anything was masked. */
export interface Masked {
  readonly text: string;
  readonly masked: boolean;
}

/**
 * Masks the values of members by their names, at any depth, in a JSON document or the beginning of one, and leaves
 * every other character as it is: numbers, order and spaces of what was sent. Null where the text is neither.
 */
export function maskedJson(text: string, isSecret: (name: string) => boolean): Masked | null {
  try {
    JSON.parse(text);
  } catch {
    if (!BEGINNING.test(text)) return null;
  }
  // In JSON a value ends where the reader below says.
  let out = '';
  let copied = 0;
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };
  /** Passes over a value. Nesting is kept in a list: a document may be nested deeper than the stack is. */
  const skipValue = (): void => {
    let depth = 0;
    do {
      take(SPACE);
      const first = text[at];
      if (first === '"') take(STRING);
      else if (first === '{' || first === '[') {
        depth++;
        at++;
      } else if (first === '}' || first === ']') {
        depth--;
        at++;
      } else if (first === ',' || first === ':') at++;
      else take(REST);
    } while (depth > 0 && at < text.length);
  };
  while (at < text.length) {
    if (text[at] !== '"') {
      at++;
      continue;
    }
    const name = take(STRING);
    take(SPACE);
    if (text[at] !== ':' || !isSecret(nameOf(name))) continue;
    at++;
    take(SPACE);
    if (text.startsWith('null', at) || text.startsWith('""', at)) continue;
    out += `${text.slice(copied, at)}"${MASK}"`;
    skipValue();
    copied = at;
  }
  return copied === 0 ? { text, masked: false } : { text: out + text.slice(copied), masked: true };
}

function nameOf(literal: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return literal.slice(1, -1);
  }
}
