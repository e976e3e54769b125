import type { Kind } from './kind.ts';

/** ISO 8601 on the wire, a `Date` in a model. */
export const time: Kind<Date> = {
  decode: (value) => new Date(value as string),
  // `JSON.stringify` writes a `Date` in ISO 8601.
  encode: (value) => value,
};
