import type { ReceivedHeaders } from '../model/received-headers.ts';
import { isSecretName } from '../secrets/is-secret-name.ts';
import { MASK } from '../secrets/mask.ts';

/** Zendesk sends a dozen, a proxy adds some. */
export const MOST_HEADERS = 100;

/** Of names and values. Node refuses a request with more than 16 KiB of them, some of which are its own. */
export const MOST_HEADER_BYTES = 16 * 1024;

/**
 * The headers of a request as its sender wrote them, names and values in turn. Values whose names look like those of
 * secrets are masked, as is the token of the address, which a proxy may repeat: neither is stored.
 */
export function keptHeaders(rawHeaders: readonly string[], token: string): ReceivedHeaders {
  const list: string[] = [];
  let bytes = 0;
  let leftOut = 0;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const value = rawHeaders[index + 1] as string;
    const isSecret = isSecretName(name) || value.includes(token);
    const shown = isSecret ? MASK : value;
    const size = name.length + shown.length;
    if (list.length / 2 >= MOST_HEADERS || bytes + size > MOST_HEADER_BYTES) {
      leftOut++;
      continue;
    }
    list.push(name, shown);
    bytes += size;
  }
  return { list, leftOut };
}
