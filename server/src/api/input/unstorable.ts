/**
 * Text that cannot be kept: U+0000, which PostgreSQL does not store, and half of a surrogate pair,
 * which UTF-8 cannot encode and would come back as U+FFFD.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: U+0000 is what it looks for
export const UNSTORABLE = /\u0000|\p{Surrogate}/u;
