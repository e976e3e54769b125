import type { Kind } from './kind.ts';

/** ISO 8601 on the wire, a `Date` in a model. */
export const time: Kind<Date> = {
  // Without an offset a time is UTC, as servers read it; `new Date` would take it for local time.
  decode: (value) =>
    new Date(/[t ][\d:.]+$/i.test(value as string) ? `${value}Z` : (value as string)),
  // `JSON.stringify` writes a `Date` in ISO 8601.
  encode: (value) => value,
};
