import { ConfigurationError } from '../errors/configuration-error.ts';

/**
 * The JSON of a body; `undefined` has none.
 *
 * @throws ConfigurationError for what JSON cannot hold: a `BigInt`, or an object within itself.
 */
export const toJson = (body: unknown): string | undefined => {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new ConfigurationError(`The body is not JSON: ${cause}`);
  }
};
