/** Cuts a text to a number of bytes, between characters. */
export function firstBytes(text: string, bytes: number): string {
  const buffer = Buffer.from(text);
  if (buffer.length <= bytes) return text;
  let end = bytes;
  while (((buffer[end] as number) & 0xc0) === 0x80) end--; // not inside a character
  return buffer.toString('utf8', 0, end);
}
