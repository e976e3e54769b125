// Control characters, line and paragraph separators, invisible and direction-changing characters.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Makes a text safe for one line on a terminal. An endpoint or a publisher may have written it, and
 * could otherwise move the cursor, hide text, or forge a line of the log.
 */
export function escapeControlCharacters(text: string): string {
  return text.replace(UNSAFE, escaped);
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const hex = (character.codePointAt(0) as number).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}
