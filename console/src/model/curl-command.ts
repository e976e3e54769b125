import type { HeaderEntry } from '@hooktrail/sdk';

/** A request to be written as a command. */
export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly HeaderEntry[];
  readonly body?: string | undefined;
}

/** In a POSIX shell nothing is special between single quotes but the quote itself. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Headers that curl computes itself, and must: they belong to one connection or one body. */
const OWN = new Set(['host', 'content-length', 'connection', 'transfer-encoding']);

/**
 * A request as a curl command. `--data-raw`, because `--data` would read a file where the body
 * begins with `@`.
 */
export function curlCommand({ method, url, headers, body }: CurlRequest): string {
  const parts = [`curl -sS -i -X ${quote(method)} ${quote(url)}`];
  for (const { key, value } of headers) {
    if (!OWN.has(key.toLowerCase())) parts.push(`-H ${quote(`${key}: ${value}`)}`);
  }
  if (body !== undefined && body !== '') parts.push(`--data-raw ${quote(body)}`);
  return parts.join(' \\\n  ');
}
