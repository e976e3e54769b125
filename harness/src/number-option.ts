import { UsageError } from './usage-error.ts';

/** What a number on a command line must be. */
export interface NumberRule {
  /** The least value; without it the number must be above 0. */
  readonly least?: number;
  /** Fractions are allowed. */
  readonly fraction?: boolean;
}

/**
 * The number that an option has; undefined without the option.
 *
 * @throws UsageError that names the option, the rule and the value.
 */
export function numberOption(
  name: string,
  text: string | undefined,
  { least, fraction = false }: NumberRule = {},
): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const inRange = least === undefined ? value > 0 : value >= least;
  if (inRange && (fraction ? Number.isFinite(value) : Number.isSafeInteger(value))) return value;
  const kind = fraction ? 'a number' : 'a whole number';
  const range = least === undefined ? 'above 0' : `of at least ${least}`;
  throw new UsageError(`--${name} must be ${kind} ${range}, got ${text || 'nothing'}`);
}
