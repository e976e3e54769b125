/** By byte: whether it may be part of a token (RFC 9110, 5.6.2). */
export const IN_TOKEN: readonly boolean[] = Array.from({ length: 256 }, (_, byte) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)),
);
