import { isSecretName } from './is-secret-name.ts';
import { MASK } from './mask.ts';

/**
 * The response headers of the trail for those who see no secrets: an endpoint may set cookies or
 * return tokens.
 *
 * @param headers name, value, name, value, ...
 */
export function shownResponseHeaders(headers: readonly string[]): string[] {
  return headers.map((text, index) => {
    const isName = index % 2 === 0;
    return !isName && isSecretName(headers[index - 1] as string) ? MASK : text;
  });
}
