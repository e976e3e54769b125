import type { Found } from '../../words/find-phrase.ts';

/** Characters before and after what was found. */
const BESIDE = 60;

/** Of what was found: a phrase may stand for any amount of white space. */
const MOST_FOUND = 200;

/** What a snippet shows as spaces. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it replaces
const BLANK = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029]+/g;

/** The surroundings of what was found, as one line of text. */
export function snippetOf(text: string, { start, end }: Found): string {
  const from = whole(text, Math.max(0, start - BESIDE));
  const to = whole(text, Math.min(text.length, Math.min(end, start + MOST_FOUND) + BESIDE));
  const inside = text.slice(from, to).replace(BLANK, ' ');
  return `${from > 0 ? '…' : ''}${inside}${to < text.length ? '…' : ''}`;
}

/** A place that is not inside a surrogate pair. */
function whole(text: string, place: number): number {
  const code = text.charCodeAt(place);
  return code >= 0xdc00 && code < 0xe000 ? place + 1 : place;
}
