import type { Kind } from './kind.ts';

/** A list of values of one kind. */
export const list = <T>(item: Kind<T>): Kind<T[]> => ({
  decode: (value) =>
    Array.isArray(value) ? value.map((each) => item.decode(each)) : (value as T[]),
  encode: (value) => (Array.isArray(value) ? value.map((each) => item.encode(each)) : value),
});
