import { ConfigurationError } from '../errors/configuration-error.ts';

/**
 * The headers of a request; a name that occurs again replaces, whatever its case.
 *
 * @throws ConfigurationError when a name or value has characters that HTTP does not permit.
 */
export const requestHeaders = (
  fields: Readonly<Record<string, string | null | undefined>>,
): Headers => {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) {
    if (value == null) continue;
    try {
      headers.set(name, value);
    } catch {
      // Without the cause, which quotes the value: it may be a credential.
      throw new ConfigurationError(
        `The name or value of the header "${name}" has characters that HTTP does not permit`,
      );
    }
  }
  return headers;
};
