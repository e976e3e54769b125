import type { Kind } from './kind.ts';

/** Base64 on the wire, bytes in a model that is only read. */
export const bytes: Kind<Uint8Array> = {
  decode: (value) => Uint8Array.from(atob(value as string), (char) => char.charCodeAt(0)),
  encode: (value) => value,
};
