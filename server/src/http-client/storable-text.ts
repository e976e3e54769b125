const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true }); // true keeps it

/**
 * Bytes as text that PostgreSQL can store: U+0000 becomes U+FFFD, like what is invalid in the
 * charset. Without a charset they are read as UTF-8.
 */
export function storableText(bytes: Uint8Array, charset?: string): string {
  if (bytes.length === 0) return '';
  const decoder = charset === undefined ? UTF8 : new TextDecoder(charset);
  return decoder.decode(bytes).replaceAll('\u0000', '\uFFFD');
}
