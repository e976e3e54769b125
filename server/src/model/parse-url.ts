/**
 * Reads a URL by the URL standard.
 *
 * `URL.canParse` would not do: in Node.js 20, a call that V8 has optimized, after some thousands of them,
 * takes a text of Latin-1 for UTF-8 and refuses `https://bücher.example/`.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
