/** C0 without the tab and line feed, DEL and C1; marks that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Makes a stranger's text harmless for a terminal: an answer of an endpoint could otherwise move the
 * cursor, change colours, or write what the user never saw into the window's title.
 */
export const visibleText = (text: string): string =>
  text.replaceAll(HARMFUL, (character) => {
    const code = character.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
