import { usageFailure } from '../failures/usage-failure.ts';

/**
 * The value of a JSON text.
 *
 * @throws CommandFailure for text that is no JSON, or has a whole number that JavaScript would round
 */
export function exactJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) => {
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new RangeError();
      return value;
    });
  } catch (error) {
    throw error instanceof RangeError
      ? usageFailure(
          `${name} has a number that would be rounded`,
          'Write it as text, or publish the event byte for byte: hooktrail publish --file.',
        )
      : usageFailure(`${name} is not JSON: ${(error as Error).message}`);
  }
}
