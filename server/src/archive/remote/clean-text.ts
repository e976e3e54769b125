const UNSTORABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL cannot store U+0000
  /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A text of a remote service as PostgreSQL can store it, of at most so many characters. */
export function cleanText(text: string, most: number): string {
  return text.slice(0, most).replace(UNSTORABLE, '\uFFFD');
}
