/** A text without line breaks and other control characters, cut to so many characters. */
export function oneLine(text: string, most: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to replace
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  if (line.length <= most) return line;
  // Half of a surrogate pair is no character.
  return `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}\u2026`;
}
