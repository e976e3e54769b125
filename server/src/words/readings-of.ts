const ESCAPE = /\\(?:u([0-9a-f]{4})|(["\\/bfnrt]))/gi;

const ESCAPED: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * How a text may be read: as it is, and with the escapes of JSON decoded. The `line` of
 * `"first\nline"` is a word in the second reading only, and the `new` of `C:\new` in the first.
 */
export function readingsOf(text: string): readonly string[] {
  if (!text.includes('\\')) return [text];
  const decoded = text.replace(ESCAPE, (_escape, hex?: string, letter?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    // `\N` is no escape of JSON.
    return ESCAPED[letter as string] ?? (letter as string);
  });
  return [text, decoded];
}
