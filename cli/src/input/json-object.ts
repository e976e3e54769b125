import { InvalidArgumentError } from 'commander';

/** Reads an option that is a JSON object. */
export function jsonObject(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Refused below.
  }
  throw new InvalidArgumentError('It must be a JSON object, such as {"id": 1}.');
}
