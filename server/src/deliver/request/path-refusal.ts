/**
 * What RFC 9110, 4.1 asks of every recipient. Beyond it, servers with default settings answer 414 or
 * 431: nginx and Apache take a request line of 8 KB.
 */
const MAX_BYTES = 8_000;

/** Why a request to this path and query, encoded, is not sent; undefined if it is. */
export function pathRefusal(path: string): string | undefined {
  if (path.length <= MAX_BYTES) return undefined;
  return `path and query have ${path.length} bytes, and at most ${MAX_BYTES} are sent: servers refuse more`;
}
